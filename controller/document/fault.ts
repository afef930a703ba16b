import type { ComplaintCode } from './complaint.ts'
import type { Path } from './path.ts'

/** What is wrong with a file. A `Complaint` shows it to a person, with its line. */
export interface Fault {
  readonly code: ComplaintCode
  readonly message: string
  readonly suggestion?: string | undefined
}

/** At an offset of the text. */
export interface TextFault extends Fault {
  readonly offset: number
  /** Where in the document, if known: lines below `secrets` are not shown. */
  readonly path?: Path
}

/** At a field of the document. */
export interface FieldFault extends Fault {
  readonly path: Path
  readonly at: 'key' | 'value'
}
