import { Composer, Parser } from 'yaml'
import type { CST, Document } from 'yaml'
import { emptied, hasDeepBrackets, isTooDeep } from './depth.ts'
import type { Fault, TextFault } from './fault.ts'
import { LIMITS } from './limits.ts'

/**
 * The one reader of YAML, for parsing and for editing: an index means the same document in both. Pure.
 *
 * Flow: tokens of the whole text → size and depth of each document → composed, unless it is over a limit.
 * Guarantees: bounded time on any text; offsets count from the start of the text, whatever piece was read; a byte order
 *   mark is part of the first document.
 * Caveats: duplicate keys are not looked for, as the library compares each key with each.
 */
export interface YamlDocument {
  readonly index: number
  /** Its part of the text, with its directives; the parts of all documents make up the text. */
  readonly start: number
  readonly end: number
  /** Of its first token. */
  readonly offset: number
  /** Nodes have their tokens (`srcToken`). Empty if it is over a limit. */
  readonly tree: Document.Parsed
  /** Errors of YAML, directives that are not read, and limits. */
  readonly faults: readonly TextFault[]
}

export interface YamlFile {
  readonly documents: readonly YamlDocument[]
  /** Why there are none. */
  readonly fault?: Fault
}

export const readDocuments = (text: string): YamlFile => {
  // Each costs the library far more than its four bytes.
  if ((text.match(/^(---|\.\.\.)/gm) ?? []).length > LIMITS.documents) {
    const message = `the file has more than ${LIMITS.documents} documents`
    return { documents: [], fault: { code: 'TooLarge', message } }
  }
  if (hasDeepBrackets(text)) return { documents: [], fault: TOO_DEEP }
  const documents = readPiece(text, 0, text.length)
  const apart = documents.some(({ faults }) => faults.length > 0) && !DIRECTIVE.test(text) ? readApart(text) : []
  return { documents: apart.length > documents.length ? apart : documents }
}

const TOO_DEEP: Fault = { code: 'TooDeep', message: `nested deeper than ${LIMITS.depth} levels` }
const DIRECTIVE = /^%/m

/**
 * Reads each document by itself: an open quote reads on over `---`, though no scalar may hold such a line.
 * Only for files that are broken anyway; documents with directives depend on each other.
 */
const readApart = (text: string): readonly YamlDocument[] => {
  const starts = [...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index).filter((index) => index > 0)
  return [0, ...starts]
    .flatMap((start, piece) => readPiece(text, start, starts[piece] ?? text.length))
    .map((document, index) => ({ ...document, index }))
}

const readPiece = (text: string, from: number, to: number): readonly YamlDocument[] => {
  const parser = new Parser()
  parser.offset = from
  const { stream, heads } = measure([...parser.parse(text.slice(from, to))], text, to)
  return [...createComposer().compose(stream)].map((tree, index) => {
    const { offset, start, faults } = heads[index] ?? { offset: from, start: from, faults: [] }
    const errors = tree.errors.map(({ message, pos }): TextFault => ({
      code: 'Syntax',
      message: messageOf(message),
      offset: pos[0],
    }))
    return {
      index,
      start: index === 0 ? from : start,
      end: heads[index + 1]?.start ?? to,
      offset,
      tree,
      faults: [...faults, ...errors],
    }
  })
}

/** What is known of a document before it is composed. */
interface Head {
  readonly offset: number
  /** Of its first directive, or its own. */
  readonly start: number
  readonly faults: readonly TextFault[]
}

const measure = (
  tokens: readonly CST.Token[],
  text: string,
  to: number,
): { readonly stream: readonly CST.Token[]; readonly heads: readonly Head[] } => {
  const heads: Head[] = []
  const stream: CST.Token[] = []
  let faults: TextFault[] = []
  let start: number | undefined
  let errors = 0
  for (const [position, token] of tokens.entries()) {
    if (token.type === 'directive') {
      start ??= token.offset
      if (!/^%YAML[ \t]+1\.2[ \t]*(#|$)/.test(token.source)) faults.push(directiveFault(token))
    }
    if (token.type === 'document') {
      const end = nextHead(tokens, position)?.offset ?? to
      const over = limitFault(token, text.slice(token.offset, end))
      if (over !== undefined) faults.push(over)
      heads.push({ offset: token.offset, start: start ?? token.offset, faults })
      stream.push(over === undefined ? token : emptied(token))
      faults = []
      start = undefined
      errors = 0
    } else if (token.type !== 'error' || ++errors <= LIMITS.complaints) stream.push(token)
  }
  return { stream, heads }
}

const directiveFault = ({ source, offset }: CST.Directive): TextFault => {
  const why = source.startsWith('%YAML') ? 'only YAML 1.2 is read' : 'directives are not read'
  return { code: 'Directive', message: `${source.trim().slice(0, 40)}: ${why}`, offset }
}

const limitFault = (token: CST.Document, text: string): TextFault | undefined => {
  const { offset } = token
  if (text.length * 3 > LIMITS.documentBytes && Buffer.byteLength(text) > LIMITS.documentBytes)
    return { code: 'TooLarge', message: `the document is larger than ${LIMITS.documentBytes / 1024} KiB`, offset }
  return isTooDeep(token) ? { ...TOO_DEEP, offset } : undefined
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
    keepSourceTokens: true,
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

const messageOf = (message: string): string => {
  const short = message.length > 160 ? `${message.slice(0, 159)}…` : message
  return `not YAML: ${short.charAt(0).toLowerCase()}${short.slice(1)}`
}
