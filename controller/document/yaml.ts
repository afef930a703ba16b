import { Composer, isCollection, isMap, isNode, isScalar, isSeq, Parser } from 'yaml'
import type { CST, Document } from 'yaml'
import { LIMITS } from './raw-document.ts'
import type { Path, RawDocument, RawProblem } from './raw-document.ts'
import { emptied, isTooDeep } from './depth.ts'
import { readContents } from './yaml-value.ts'

/**
 * YAML text as plain documents. Pure.
 *
 * Flow: tokens of the whole file → each document's size is checked → composed → read into plain data.
 * Guarantees: bounded time on any text: errors beyond the limit are dropped where they arise, an oversized document is
 *   never composed, duplicate keys are found by look-up (the library compares each key with each).
 * Assumptions: documents count as `source-map.ts` counts them, so that an index means the same when a status is written.
 */
export const readYaml = (text: string): readonly RawDocument[] | 'TooMany' => {
  // Each costs the library far more than its four bytes.
  if ((text.match(/^(---|\.\.\.)/gm) ?? []).length > LIMITS.documents) return 'TooMany'
  const documents = readWhole(text)
  const swallowed = documents.some(({ broken }) => broken) && text.search(DIRECTIVE) === -1 ? readApart(text) : []
  return swallowed.length > documents.length ? swallowed : documents
}

const readWhole = (text: string): readonly RawDocument[] => {
  const { stream, heads } = measure([...new Parser().parse(text)], text)
  const documents = [...createComposer().compose(stream)]
  return documents.map((document, index) => toRaw(document, index, heads[index] ?? { offset: 0, problems: [] }))
}

/**
 * Each document by itself: an open quote reads on over `---`, though no scalar may hold such a line.
 * Only for files that are broken anyway, and none whose documents hang together by a directive.
 */
const readApart = (text: string): readonly RawDocument[] => {
  const starts = [...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index).filter((index) => index > 0)
  return [0, ...starts]
    .flatMap((start, piece) => readWhole(text.slice(start, starts[piece])).map((document) => shift(document, start)))
    .map((document, index) => ({ ...document, index }))
}

const shift = (document: RawDocument, by: number): RawDocument => ({
  ...document,
  offset: document.offset + by,
  problems: document.problems.map((problem) => ({ ...problem, offset: problem.offset + by })),
  locate: (path, what) => document.locate(path, what) + by,
})

const DIRECTIVE = /^%/m

/** What is known of a document before it is composed. */
interface Head {
  readonly offset: number
  readonly problems: readonly RawProblem[]
}

const measure = (
  tokens: readonly CST.Token[],
  text: string,
): { readonly stream: CST.Token[]; readonly heads: Head[] } => {
  const heads: Head[] = []
  const stream: CST.Token[] = []
  let problems: RawProblem[] = []
  let errors = 0
  for (const [position, token] of tokens.entries()) {
    if (token.type === 'directive' && !/^%YAML[ \t]+1\.2[ \t]*(#|$)/.test(token.source)) {
      const message = token.source.startsWith('%YAML') ? 'only YAML 1.2 is read' : 'directives are not read'
      problems.push({
        code: 'Directive',
        message: `${token.source.trim().slice(0, 40)}: ${message}`,
        offset: token.offset,
      })
    }
    if (token.type === 'document') {
      const end = nextHead(tokens, position)?.offset ?? text.length
      const oversized =
        (end - token.offset) * 3 > LIMITS.documentBytes &&
        Buffer.byteLength(text.slice(token.offset, end)) > LIMITS.documentBytes
      if (oversized)
        problems.push({
          code: 'TooLarge',
          message: `the document is larger than ${LIMITS.documentBytes / 1024} KiB`,
          offset: token.offset,
        })
      const deep = !oversized && isTooDeep(token)
      if (deep)
        problems.push({ code: 'TooDeep', message: `nested deeper than ${LIMITS.depth} levels`, offset: token.offset })
      heads.push({ offset: token.offset, problems })
      stream.push(oversized || deep ? emptied(token) : token)
      problems = []
      errors = 0
    } else if (token.type !== 'error' || ++errors <= LIMITS.complaints) stream.push(token)
  }
  return { stream, heads }
}

const nextHead = (tokens: readonly CST.Token[], position: number): CST.Token | undefined => {
  let at = position + 1
  while (at < tokens.length && tokens[at]?.type !== 'document' && tokens[at]?.type !== 'directive') at++
  return tokens[at]
}

const createComposer = (): Composer => {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  // The library keeps an Error with its stack for each of what may be tens of thousands.
  const lists = composer as unknown as Record<'errors' | 'warnings', object[]>
  const onError = (
    source: number | readonly [number, number] | CST.Token,
    code: string,
    message: string,
    warning?: boolean,
  ): void => {
    const list = warning === true ? lists.warnings : lists.errors
    if (list.length >= LIMITS.complaints) return
    const start = typeof source === 'number' ? source : 'offset' in source ? source.offset : source[0]
    list.push({ pos: [start, start + 1], code, message })
  }
  return Object.assign(composer, { onError })
}

const toRaw = (document: Document.Parsed, index: number, head: Head): RawDocument => {
  const read = readContents(document.contents)
  const problems = [
    ...head.problems,
    ...document.errors.map(({ message, pos }): RawProblem => ({
      code: 'Syntax',
      message: wordsOf(message),
      offset: pos[0],
    })),
    ...read.problems,
  ]
  return {
    index,
    offset: document.contents?.range?.[0] ?? head.offset,
    value: read.value,
    nulls: read.nulls,
    problems: problems.slice(0, LIMITS.complaints),
    broken: problems.some(({ code, path }) => code !== 'DuplicateKey' || NAMING.has(path?.join('.') ?? '')),
    locate: (path, what) => locate(document, path, what),
  }
}

/** A duplicate of one of these leaves open whose document it is. */
const NAMING: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'metadata.name'])

const wordsOf = (message: string): string => {
  const short = message.length > 160 ? `${message.slice(0, 159)}…` : message
  return `not YAML: ${short.charAt(0).toLowerCase()}${short.slice(1)}`
}

const locate = (document: Document.Parsed, path: Path, what: 'key' | 'value'): number => {
  let node: unknown = document.contents
  let offset = document.contents?.range?.[0] ?? 0
  for (const [depth, segment] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment))
      if (pair === undefined) return offset
      const last = depth === path.length - 1
      const place = last && what === 'value' && isNode(pair.value) && !isHidden(pair.value) ? pair.value : pair.key
      if (isNode(place)) offset = place.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(segment)]
      if (isNode(node)) offset = node.range?.[0] ?? offset
    } else return offset
  }
  return offset
}

/** A value that isn't there, as after `key:`. */
const isHidden = (node: unknown): boolean =>
  isScalar(node) && node.value === null && !isCollection(node) && (node.source ?? '') === ''
