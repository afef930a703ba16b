import { isCollection, isMap, isNode, isScalar, isSeq } from 'yaml'
import type { Document } from 'yaml'
import type { Fault } from './fault.ts'
import { LIMITS } from './limits.ts'
import type { Path } from './path.ts'
import type { RawDocument } from './raw-document.ts'
import { readDocuments } from './yaml-documents.ts'
import type { YamlDocument } from './yaml-documents.ts'
import { readContents } from './yaml-value.ts'

/** YAML text as plain documents. Pure. */
export const readYaml = (text: string): { readonly documents: readonly RawDocument[]; readonly fault?: Fault } => {
  const file = readDocuments(text)
  return { ...file, documents: file.documents.map(toRaw) }
}

const toRaw = (document: YamlDocument): RawDocument => {
  const { index, offset, tree, faults } = document
  const read = readContents(document)
  const all = [...faults, ...read.faults]
  return {
    index,
    offset: tree.contents?.range?.[0] ?? offset,
    value: read.value,
    nulls: read.nulls,
    faults: all.slice(0, LIMITS.complaints),
    broken: all.some(({ code, path }) => code !== 'DuplicateKey' || NAMING.has(path?.join('.') ?? '')),
    locate: (path, what) => locate(tree, path, what),
  }
}

/** A duplicate of one of these leaves the document's name open. */
const NAMING: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'metadata.name'])

const locate = ({ contents }: Document.Parsed, path: Path, what: 'key' | 'value'): number => {
  let node: unknown = contents
  let offset = contents?.range?.[0] ?? 0
  for (const [depth, segment] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment))
      if (pair === undefined) return offset
      const last = depth === path.length - 1
      const place = last && what === 'value' && isNode(pair.value) && !isAbsent(pair.value) ? pair.value : pair.key
      if (isNode(place)) offset = place.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(segment)]
      if (isNode(node)) offset = node.range?.[0] ?? offset
    } else return offset
  }
  return offset
}

/** The null after a bare `key:`. */
const isAbsent = (node: unknown): boolean =>
  isScalar(node) && node.value === null && !isCollection(node) && (node.source ?? '') === ''
