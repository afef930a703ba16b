import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Node } from 'yaml'
import type { TextFault } from './fault.ts'
import { LIMITS } from './limits.ts'
import { setOwn } from './path.ts'
import type { Path } from './path.ts'
import type { YamlDocument } from './yaml-documents.ts'

/** A document's tree as plain data: JSON's types only. Pure. */
export interface Contents {
  readonly value: unknown
  readonly faults: readonly TextFault[]
  /** True if a mapping has a null. */
  readonly nulls: boolean
}

/**
 * Guarantees: keys are strings; a key appears once; an alias gives the object of its anchor itself, and all aliases
 *   together at most twice the size of a document, so that walking the result is cheap too.
 */
export const readContents = ({
  tree: { contents },
  offset: start,
}: Pick<YamlDocument, 'tree' | 'offset'>): Contents => {
  const faults: TextFault[] = []
  const anchors = new Map<string, { readonly value: unknown; readonly weight: number }>()
  let nulls = false
  let aliases = 0
  let expanded = false
  let weight = 0

  const complain = (code: TextFault['code'], message: string, at: unknown, path: Path): undefined => {
    if (faults.length < LIMITS.complaints) faults.push({ code, message, offset: offsetOf(at) ?? start, path })
    return undefined
  }

  const read = (node: unknown, path: Path): unknown => {
    if (isAlias(node)) return readAlias(node, path)
    if (node === null || node === undefined) return null
    const before = weight
    checkTag(node as Node, path)
    const value = readBare(node, path)
    const { anchor } = node as { anchor?: string }
    if (anchor !== undefined) anchors.set(anchor, { value, weight: weight - before })
    return value
  }

  const readBare = (node: unknown, path: Path): unknown => {
    weight += 1
    if (isScalar(node)) {
      const { value } = node
      if (typeof value === 'string') weight += value.length
      return value === undefined ? null : value
    }
    if (path.length >= LIMITS.depth) return complain('TooDeep', `nested deeper than ${LIMITS.depth} levels`, node, path)
    if (isSeq(node)) return node.items.map((item, index) => read(item, [...path, index]))
    if (!isMap(node)) return complain('Syntax', 'not YAML that is understood here', node, path)
    const result: Record<string, unknown> = {}
    for (const { key: keyNode, value: valueNode } of node.items) {
      const key = readKey(keyNode, path)
      if (key === undefined) continue
      const inside = [...path, key]
      if (Object.hasOwn(result, key)) complain('DuplicateKey', `${inside.join('.')} is there twice`, keyNode, inside)
      const value = read(valueNode, inside)
      if (value === null) nulls = true
      setOwn(result, key, value)
    }
    return result
  }

  const readKey = (node: unknown, path: Path): string | undefined => {
    const value = read(node, path)
    if (typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    return complain('WrongType', 'a key must be a string', node, path)
  }

  const readAlias = (node: { readonly source: string }, path: Path): unknown => {
    aliases += 1
    const anchor = anchors.get(node.source)
    if (anchor === undefined)
      return complain(
        'Syntax',
        `not YAML: no anchor &${node.source.slice(0, 40)} stands before *${node.source.slice(0, 40)}`,
        node,
        path,
      )
    if (aliases === LIMITS.aliases + 1) complain('TooManyAliases', `more than ${LIMITS.aliases} aliases`, node, path)
    weight += anchor.weight
    if (aliases <= LIMITS.aliases && weight <= 2 * LIMITS.documentBytes) return anchor.value
    if (aliases <= LIMITS.aliases && !expanded)
      complain('TooManyAliases', `aliases expand it beyond ${LIMITS.documentBytes / 1024} KiB`, node, path)
    expanded = true
    return null
  }

  const checkTag = (node: Node, path: Path): void => {
    const { tag } = node
    if (tag !== undefined && !CORE_TAG.test(tag)) complain('Tag', `the tag ${tag.slice(0, 40)} is not read`, node, path)
  }

  return { value: read(contents, []), faults, nulls }
}

const CORE_TAG = /^(!|tag:yaml\.org,2002:(str|int|float|bool|null|map|seq))$/

/** undefined for what a tag has made up, as in `!!omap`. */
const offsetOf = (node: unknown): number | undefined => (node as { range?: readonly number[] } | undefined)?.range?.[0]
