import { isDeepStrictEqual } from 'node:util'
import type { Document } from 'yaml'
import { blockEdits } from './block.ts'
import { flowEdits } from './flow.ts'
import type { Cut, Site } from './cut.ts'
import { entryOf, pairOf, parseDocuments, refuseAliased, sourceOf } from './source-map.ts'
import { SpliceError } from './splice-error.ts'
import { messageOf } from '../../drivers/message.ts'

/**
 * Sets or deletes one value in a YAML or JSON text and leaves every other byte as it is. Pure.
 *
 * Flow: parse, find the entry or the deepest mapping that is there, cut the new bytes in, parse again.
 * Guarantees: comments, quoting, indentation, line ends, other documents stay; the result is parsed and compared, so
 *   what is returned says exactly what was asked, or a `SpliceError` is thrown; setting what is set already returns the
 *   text.
 * Assumptions: `index` counts the documents as `parseAllDocuments` of yaml does.
 * Caveats: comments inside an old value go with it; a comment on the line of its key stays there.
 */
export interface EditRequest {
  readonly text: string
  readonly index: number
  readonly path: readonly [string, ...string[]]
  /** undefined deletes. */
  readonly value: unknown
  /** The file is a .json. */
  readonly json?: boolean
}

export const editDocument = (request: EditRequest): string => {
  const docs = parseDocuments(request.text)
  const doc = docs[request.index]
  if (doc === undefined) throw new SpliceError('NoSuchDocument', `the file has no document ${request.index + 1}`)
  const [error] = doc.errors
  if (error !== undefined) throw new SpliceError('DoesNotParse', `the document is not valid YAML: ${error.message}`)
  const value = plain(request.value)
  const wanted = withValue(toJs(doc), request.path, value)
  if (wanted === undefined) return request.text
  for (const cuts of editsOf(request, doc, value)) {
    const text = applyCuts(request.text, cuts)
    if (isProven({ text, docs, index: request.index, wanted })) return text
  }
  throw new SpliceError(
    'NotProven',
    `${request.path.join('.')} cannot be written without changing more of the document`,
  )
}

/** Ways to cut, the neatest first. */
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

/** As YAML reads it back: no undefined, no dates. */
const plain = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

/** Beyond what a readable Bottle can have, short of what would take long to compare. */
const MOST_EXPANDED = 1_000

/** Maps and not objects, so that keys of any type are compared. */
const toJs = (doc: Document.Parsed): unknown => {
  try {
    return doc.toJS({ mapAsMap: true, maxAliasCount: MOST_EXPANDED })
  } catch (error) {
    throw new SpliceError('DoesNotParse', `the document cannot be read: ${messageOf(error)}`)
  }
}

/** The content asked for; undefined if it is there already. */
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
  readonly text: string
  readonly docs: readonly Document.Parsed[]
  readonly index: number
  readonly wanted: unknown
}): boolean => {
  const after = parseDocuments(claim.text)
  return (
    after.length === claim.docs.length &&
    after.every((doc, index) => {
      const before = claim.docs[index]
      if (before === undefined) return false
      if (index === claim.index) return doc.errors.length === 0 && isDeepStrictEqual(toJs(doc), claim.wanted)
      if (before.errors.length > 0) return doc.errors.length === before.errors.length
      return doc.errors.length === 0 && isDeepStrictEqual(toJs(doc), toJs(before))
    })
  )
}
