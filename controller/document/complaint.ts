import { harmlessLine } from '../../drivers/harmless.ts'

/** A fault of a file as a person is shown it: where, what, and what was probably meant. */
export interface Complaint {
  readonly code: ComplaintCode
  /** Of the file, as given. */
  readonly path: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 units, as editors count. */
  readonly col: number
  readonly message: string
  readonly suggestion?: string
  /** The line, and below it a caret at the place. Values of secrets are left out. */
  readonly frame: string
}

/** Every kind of complaint; docs/errors.md names each one. */
export type ComplaintCode =
  | 'Empty' // the file has nothing, or only comments
  | 'Unreadable' // no permission, not a regular file, a link out of the root
  | 'Encoding' // not UTF-8
  | 'TooLarge' // file or document over its limit
  | 'TooDeep' // nested deeper than any Bottle
  | 'TooManyAliases' // more than 100, or expanding beyond the limit of a document
  | 'Syntax' // not YAML, or not JSON
  | 'Directive' // a %-line other than %YAML 1.2
  | 'Tag' // a tag beyond YAML's core schema
  | 'DuplicateKey'
  | 'UnknownField'
  | 'Missing'
  | 'WrongType'
  | 'BadValue'
  | 'Tainted' // a path lies where no bottle may have it; bottlectl says it beforehand
  | 'Rule' // the fields are valid, their combination isn't
  | 'PolicyViolation' // it asks for what the operator's policy forbids

/** `path:line:col: message (did you mean "x"?)` */
export const formatComplaint = (complaint: Complaint): string =>
  `${harmlessLine(complaint.path)}:${complaint.line}:${complaint.col}: ${complaintMessage(complaint)}`

/** Without its place: `message (did you mean "x"?)` */
export const complaintMessage = ({ message, suggestion }: Complaint): string =>
  suggestion === undefined ? message : `${message} (did you mean "${suggestion}"?)`
