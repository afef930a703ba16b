import { Composer, Document, isMap, isSeq, LineCounter, Parser, visit } from 'yaml'
import type { ParsedNode } from 'yaml'
import type { Complaint } from '../../controller/document/complaint.ts'
import { hasDeepBrackets, isTooDeep } from '../../controller/document/depth.ts'
import { isList } from '../../controller/document/list.ts'
import { parseFile } from '../../controller/document/parse.ts'
import type { ParsedDocument } from '../../controller/document/parse.ts'

/**
 * A text that `-f` names, with the items of its Lists as documents: what `get -o yaml` prints is read. Pure.
 *
 * Flow: where a document is a List, each item of it, and each other document, is written as a text of its own, which is read as
 *   a file in the root is read.
 * Guarantees: a complaint names the line of the item; Lists in Lists are opened, too; size, depth and number are bounded.
 * Caveats: what bottlectl prints beside a document (status, uid, generation, times) is left out of an item.
 */
export interface Read {
  readonly documents: readonly ReadDocument[]
  /** Documents of another apiVersion or kind. */
  readonly foreign: number
  /** About the text as a whole. */
  readonly complaints: readonly Complaint[]
}

export interface ReadDocument extends ParsedDocument {
  /** Of a text with a List: the document alone. */
  readonly own?: string
}

const MOST_BYTES = 16 * 1024 * 1024
const MOST_ITEMS = 1_000
const DEEPEST = 8
const OPTIONS = { version: '1.2', schema: 'core', merge: false, uniqueKeys: false, logLevel: 'error' } as const

export const readDocuments = (source: { readonly path: string; readonly text: string | Uint8Array }): Read => {
  const text = textOf(source.text)
  if (!/\b(Bottle)?List\b/.test(text)) return parseFile(source)
  const complain = (code: Complaint['code'], message: string, { line = 1, col = 1 } = {}): Complaint => ({
    code,
    path: source.path,
    line,
    col,
    message,
    frame: '',
  })
  const only = (complaint: Complaint): Read => ({ documents: [], foreign: 0, complaints: [complaint] })
  if (Buffer.byteLength(text) > MOST_BYTES)
    return only(complain('TooLarge', `it is larger than ${MOST_BYTES / 1024 / 1024} MiB`))
  const lines = new LineCounter()
  const composed = compose(text, lines)
  if (!composed.some(({ contents }) => isListNode(contents))) return parseFile(source)
  const error = composed.flatMap(({ errors }) => errors)[0]
  if (error !== undefined) return only(complain('Syntax', `not YAML: ${error.message}`, lines.linePos(error.pos[0])))
  const items = composed.flatMap((document) => itemsOf(document.contents, 0).map((node) => ({ document, node })))
  if (items.length > MOST_ITEMS) return only(complain('TooLarge', `it has more than ${MOST_ITEMS} documents`))
  const read = items.map(({ document, node }) => {
    const place = lines.linePos(node.range[0])
    const own = textOfItem(document, node)
    const parsed = parseFile({ path: source.path, text: own })
    const placed = ({ code, message, suggestion }: Complaint): Complaint => ({
      ...complain(code, message, place),
      ...(suggestion === undefined ? {} : { suggestion }),
    })
    return {
      foreign: parsed.foreign,
      complaints: parsed.complaints.map(placed),
      documents: parsed.documents.map((one) => ({
        ...one,
        own,
        line: place.line,
        complaints: one.complaints.map(placed),
      })),
    }
  })
  return {
    documents: read.flatMap(({ documents }) => documents),
    foreign: read.reduce((sum, { foreign }) => sum + foreign, 0),
    complaints: read.flatMap(({ complaints }) => complaints),
  }
}

/** What isn't UTF-8 is left to the parser to say. */
const textOf = (given: string | Uint8Array): string => {
  if (typeof given === 'string') return given
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(given)
  } catch {
    return ''
  }
}

type Composed = Document.Parsed & { readonly contents: ParsedNode }

/** Empty where the parser will say that it is nested too deep. */
const compose = (text: string, lines: LineCounter): readonly Composed[] => {
  if (hasDeepBrackets(text)) return []
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  if (tokens.some((token) => token.type === 'document' && isTooDeep(token))) return []
  return [...new Composer({ ...OPTIONS, prettyErrors: false }).compose(tokens)].filter(
    (document): document is Composed => document.contents !== null,
  )
}

const isListNode = (node: unknown): boolean =>
  isMap(node) && isList({ apiVersion: node.get('apiVersion'), kind: node.get('kind') })

const itemsOf = (node: ParsedNode, depth: number): readonly ParsedNode[] => {
  if (!isListNode(node) || !isMap(node) || depth >= DEEPEST) return [node]
  const items: unknown = node.get('items', true)
  return isSeq(items) ? items.items.flatMap((item) => itemsOf(item as ParsedNode, depth + 1)) : []
}

const PRINTED = ['creationTimestamp', 'deletionTimestamp', 'generation', 'uid', 'resourceVersion']

/** In block style, whatever it was printed in. */
const textOfItem = (document: Composed, node: ParsedNode): string => {
  const item = new Document(null, OPTIONS)
  item.contents = node
  if (isMap(node)) {
    node.delete('status')
    const metadata: unknown = node.get('metadata', true)
    if (isMap(metadata)) for (const key of PRINTED) metadata.delete(key)
  }
  visit(node, {
    Collection: (_, each) => void delete each.flow,
    Scalar: (_, each) => void delete each.type,
  })
  try {
    return item.toString()
  } catch {
    // An anchor stands in another item.
    return new Document(node.toJS(document, { maxAliasCount: 100 }), {
      ...OPTIONS,
      aliasDuplicateObjects: false,
    }).toString()
  }
}
