import { isDeepStrictEqual } from 'node:util'
import type { Document } from 'yaml'
import { messageOf } from '../../drivers/message.ts'
import { isTooLarge } from '../document/decode.ts'
import { LIMITS } from '../document/limits.ts'
import { readDocuments } from '../document/yaml-documents.ts'
import type { YamlDocument } from '../document/yaml-documents.ts'
import { appendEdit } from './append.ts'
import { blockEdits } from './block.ts'
import type { Cut, Site } from './cut.ts'
import { flowEdits } from './flow.ts'
import { entryOf, pairOf, refuseAliased, repeatsKey, sourceOf } from './source-map.ts'
import { SpliceError } from './splice-error.ts'

/**
 * Sets or deletes one value in a YAML or JSON text and keeps every other byte. Pure.
 *
 * Flow: read, find the entry or the deepest mapping on the way to it, cut the new bytes in, read again.
 * Guarantees: the result is read and compared: the document says what was asked, the text of all others is the same; else
 *   a `SpliceError` is thrown. Setting the present value returns the text. The result is within the limits of a file.
 * Caveats: comments inside an old value are lost; a comment on the line of its key is kept. A list that only grows keeps all.
 */
export interface EditRequest {
  readonly text: string
  /** Of the document, as `readDocuments` counts. */
  readonly index: number
  readonly path: readonly [string, ...string[]]
  /** undefined deletes. */
  readonly value: unknown
  /** The file is a .json. */
  readonly json?: boolean
}

export const editDocument = (request: EditRequest): string => {
  const { documents, fault } = readDocuments(request.text)
  if (fault !== undefined) throw new SpliceError('DoesNotParse', fault.message)
  const document = documents[request.index]
  if (document === undefined) throw new SpliceError('NoSuchDocument', `the file has no document ${request.index + 1}`)
  const unsound = whyUnsound(document)
  if (unsound !== undefined) throw new SpliceError('DoesNotParse', `the document can't be read: ${unsound}`)
  const value = plain(request.value)
  const wanted = withValue(toJs(document.tree), request.path, value)
  if (wanted === undefined) return request.text
  for (const cuts of editsOf(request, document.tree, value)) {
    const text = applyCuts(request.text, cuts)
    if (isProven({ before: { text: request.text, documents }, text, index: request.index, wanted })) return text
  }
  throw new SpliceError('NotProven', `${request.path.join('.')} can't be written without changing more of the document`)
}

/** A document with directives can be edited, though not used. */
const whyUnsound = ({ faults, tree }: YamlDocument): string | undefined =>
  faults.find(({ code }) => code !== 'Directive')?.message ??
  (repeatsKey(tree.contents) ? 'a key is there twice' : undefined)

/** Alternative cuts, the neatest first. */
const editsOf = (request: EditRequest, doc: Document.Parsed, value: unknown): readonly (readonly Cut[])[] => {
  let node: unknown = doc.contents
  for (const [depth, key] of request.path.entries()) {
    const source = sourceOf(node)
    if (source === undefined)
      throw new SpliceError(
        'NotAMapping',
        `${request.path.slice(0, depth).join('.') || 'the document'} is not a mapping`,
      )
    const rest = request.path.slice(depth + 1)
    const pair = pairOf(source.map, key)
    if (pair !== undefined && rest.length > 0 && sourceOf(pair.value) !== undefined) {
      node = pair.value
      continue
    }
    if (pair !== undefined && rest.length > 0 && !isNothing(pair.value)) {
      throw new SpliceError('NotAMapping', `${request.path.slice(0, depth + 1).join('.')} is not a mapping`)
    }
    if (pair !== undefined) refuseAliased(doc, pair.value)
    const emptied = value === undefined && source.map.items.length === 1
    if (emptied && depth > 0)
      return editsOf({ ...request, path: request.path.slice(0, depth) as [string, ...string[]] }, doc, {})
    const nested = rest.reduceRight((inner, each) => (inner === undefined ? undefined : { [each]: inner }), value)
    const site: Site = { text: request.text, doc, map: source.map, key, value: nested, json: request.json === true }
    const appended = pair === undefined ? undefined : appendEdit(site, pair)
    // No other way: to write the whole list again would lose comments.
    if (appended !== undefined) return [[appended]]
    const entry = pair === undefined ? undefined : entryOf(request.text, pair)
    return source.token.type === 'block-map'
      ? blockEdits(site, source.token, entry)
      : flowEdits(site, source.token, entry)
  }
  return []
}

const isNothing = (node: unknown): boolean => node === null || (node as { readonly value?: unknown }).value === null

const applyCuts = (text: string, cuts: readonly Cut[]): string =>
  cuts
    .toSorted((a, b) => b.from - a.from)
    .reduce((rest, { from, to, insert }) => rest.slice(0, from) + insert + rest.slice(to), text)

/** As YAML reads it back, without undefined and dates. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

/** More than a valid Bottle can have, and still quick to compare. */
const MOST_EXPANDED = 1_000

/** Maps instead of objects, so that keys of any type are compared. */
const toJs = (doc: Document.Parsed): unknown => {
  try {
    return doc.toJS({ mapAsMap: true, maxAliasCount: MOST_EXPANDED })
  } catch (error) {
    throw new SpliceError('DoesNotParse', `the document can't be read: ${messageOf(error)}`)
  }
}

/** The wanted content; undefined if the document has it already. */
const withValue = (
  content: unknown,
  [key, ...rest]: readonly string[],
  value: unknown,
): Map<unknown, unknown> | undefined => {
  const map = content instanceof Map ? content : new Map<unknown, unknown>()
  if (key === undefined) return undefined
  if (rest.length > 0) {
    const inner = map.get(key)
    if (value === undefined && !(inner instanceof Map)) return undefined
    const next = withValue(inner, rest, value)
    return next === undefined ? undefined : new Map([...map, [key, next]])
  }
  if (value === undefined) return map.has(key) ? new Map([...map].filter(([each]) => each !== key)) : undefined
  return isDeepStrictEqual(map.get(key), asMaps(value)) ? undefined : new Map([...map, [key, asMaps(value)]])
}

const asMaps = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asMaps)
  return typeof value === 'object' && value !== null
    ? new Map(Object.entries(value).map(([key, each]) => [key, asMaps(each)]))
    : value
}

const isProven = (claim: {
  readonly before: { readonly text: string; readonly documents: readonly YamlDocument[] }
  readonly text: string
  readonly index: number
  readonly wanted: unknown
}): boolean => {
  const { before, text, index, wanted } = claim
  if (isTooLarge(text)) throw tooLarge('file', LIMITS.fileBytes)
  const { documents } = readDocuments(text)
  const edited = documents[index]
  if (edited?.faults.some(({ code }) => code === 'TooLarge')) throw tooLarge('document', LIMITS.documentBytes)
  return (
    edited !== undefined &&
    whyUnsound(edited) === undefined &&
    documents.length === before.documents.length &&
    before.documents.every(
      (old, at) => at === index || sourceTextOf(text, documents[at]) === sourceTextOf(before.text, old),
    ) &&
    isDeepStrictEqual(toJs(edited.tree), wanted)
  )
}

const sourceTextOf = (text: string, document: YamlDocument | undefined): string =>
  text.slice(document?.start, document?.end)

const tooLarge = (what: string, bytes: number): SpliceError =>
  new SpliceError('TooLarge', `the ${what} would be larger than ${bytes / 1024} KiB and not be read any more`)
