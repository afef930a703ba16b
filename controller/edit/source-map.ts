import { type CST, type Document, isMap, isScalar, isSeq, type Pair, visit, type YAMLMap } from 'yaml'
import { SpliceError } from './splice-error.ts'

/** Places of a YAML document's entries in its text. Pure. */
export interface Entry {
  /** Of the key, or of its `?`, anchor or tag. */
  readonly start: number
  /** The key as spelled, with its anchor and tag; undefined if it can't be kept. */
  readonly key: string | undefined
  readonly keyEnd: number
  readonly valueStart: number | undefined
  /** After the last character that isn't white space or a comment. */
  readonly end: number
  /** True if its value is a block collection or absent: deeper comments below belong to it. */
  readonly open: boolean
  readonly item: Item
}

export type MapToken = CST.BlockMap | CST.FlowCollection
export type Item = CST.CollectionItem

/** Whether a mapping in it has a key twice. Looks keys up, as the library compares each with each. */
export const repeatsKey = (node: unknown): boolean => {
  if (isSeq(node)) return node.items.some(repeatsKey)
  if (!isMap(node)) return false
  const keys = node.items.flatMap(({ key }) => (isScalar(key) ? [key.value] : []))
  if (new Set(keys).size < keys.length) return true
  return node.items.some(({ key, value }) => repeatsKey(key) || repeatsKey(value))
}

/** A mapping with its token. */
export const sourceOf = (node: unknown): { readonly map: YAMLMap; readonly token: MapToken } | undefined => {
  if (!isMap(node)) return undefined
  const token = node.srcToken
  return token?.type === 'block-map' || token?.type === 'flow-collection' ? { map: node, token } : undefined
}

export const pairOf = (map: YAMLMap, key: string): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && pair.key.value === key)

export const entryOf = (text: string, pair: Pair): Entry => {
  const item = pair.srcToken as Item
  const props = item.start.filter((token) => !isFiller(token) && token.type !== 'comma')
  const keyEnd = item.key ? endOf(item.key) : endOfTokens(props)
  const start = props[0]?.offset ?? item.key?.offset ?? item.sep?.[0]?.offset ?? 0
  const isPlain = props.every(({ type }) => type === 'anchor' || type === 'tag')
  const keepsKey = isPlain && item.key && item.key.type !== 'block-scalar' && item.key.type !== 'alias'
  const { value } = item
  return {
    start,
    key: keepsKey ? text.slice(start, keyEnd) : undefined,
    keyEnd,
    valueStart:
      value === undefined || (item.sep ?? []).some(({ type }) => KEEPS_NOT.has(type)) ? undefined : value.offset,
    end: endOfItem(item),
    open: value === undefined || value.type === 'block-map' || value.type === 'block-seq',
    item,
  }
}

const KEEPS_NOT: ReadonlySet<string> = new Set(['anchor', 'tag', 'comment'])

/** Throws if an anchor inside the node is used outside it. */
export const refuseAliased = (doc: Document, node: unknown): void => {
  const inside = new Set<unknown>()
  const anchors = new Set<string>()
  visit(node as Parameters<typeof visit>[0], {
    Node: (_, each) => {
      inside.add(each)
      if ('anchor' in each && typeof each.anchor === 'string') anchors.add(each.anchor)
    },
    Alias: (_, alias) => void inside.add(alias),
  })
  if (anchors.size === 0) return
  visit(doc, {
    Alias: (_, alias) => {
      if (anchors.has(alias.source) && !inside.has(alias)) {
        throw new SpliceError(
          'Aliased',
          `the anchor &${alias.source} in the old value is used elsewhere in the document`,
        )
      }
    },
  })
}

const isFiller = ({ type }: CST.Token): boolean => type === 'space' || type === 'comment' || type === 'newline'

export const endOfItem = (item: Item): number => {
  if (item.value !== undefined) return endOf(item.value)
  const end = endOfTokens(item.sep ?? [])
  if (end > 0) return end
  return item.key ? endOf(item.key) : endOfTokens(item.start.filter(({ type }) => type !== 'comma'))
}

const endOfTokens = (tokens: readonly CST.Token[]): number => {
  const last = tokens.findLast((token) => !isFiller(token))
  return last === undefined || !('source' in last) ? 0 : last.offset + last.source.length
}

/** After the last character of a token that isn't white space or a comment; 0 if there is none. */
export const endOf = (token: CST.Token): number => {
  switch (token.type) {
    case 'block-map':
    case 'block-seq':
      return token.items.reduce((end, item) => Math.max(end, endOfItem(item)), 0)
    case 'flow-collection':
      return (
        endOfTokens(token.end) ||
        token.items.reduce((end, item) => Math.max(end, endOfItem(item)), endOfTokens([token.start]))
      )
    case 'block-scalar': {
      const content = token.source.trimEnd().length
      if (content === 0) return endOfTokens(token.props.filter((prop) => prop.type === 'block-scalar-header'))
      return token.props.reduce(
        (length, prop) => length + ('source' in prop ? prop.source.length : 0),
        token.offset + content,
      )
    }
    default:
      return 'source' in token ? token.offset + token.source.length : 0
  }
}
