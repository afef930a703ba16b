/**
 * Reads calm texts without a parser: block mappings of one-line values. Pure.
 *
 * Guarantees: a calm text is valid YAML with one mapping at column 0, and its lines belong to the keys returned here.
 * Caveats: most YAML isn't calm (several documents, anchors, tags, block scalars, escapes, CRLF); the result is undefined.
 */
export interface CalmEntry {
  readonly key: string
  /** Offset of the key's line. */
  readonly start: number
  /** End of its last line that holds a value, without the line break. */
  readonly end: number
  /** The key's line holds only the key. */
  readonly bare: boolean
  /** Indented comments follow. */
  readonly trailed: boolean
}

export const calmEntries = (text: string): readonly CalmEntry[] | undefined => {
  const roots: { key: string; start: number; end: number; bare: boolean; trailed: boolean }[] = []
  const levels: Level[] = [{ indent: 0, keys: new Set() }]
  /** The last key has no value yet. */
  let open = false
  let list: number | undefined
  let start = 0
  for (const line of text.split('\n')) {
    const at = start
    start += line.length + 1
    if (line.length > LONGEST) return undefined
    if (COMMENT.test(line)) {
      const root = roots.at(-1)
      if (root !== undefined && line.startsWith(' ') && line.includes('#')) root.trailed = true
      continue
    }
    const [, margin = '', dash, key, value] = LINE.exec(line) ?? []
    if ((dash === undefined && key === undefined) || repeatsKey(line)) return undefined
    const top = levels.at(-1)
    const indent = margin.length
    if (top === undefined) return undefined
    const root = roots.at(-1)
    if (key === undefined) {
      if (root === undefined || !(list === undefined ? open && indent >= top.indent : indent === list)) return undefined
      list = indent
      open = false
    } else {
      if (open && indent > top.indent) levels.push({ indent, keys: new Set() })
      while ((levels.at(-1)?.indent ?? 0) > indent) levels.pop()
      const level = levels.at(-1)
      if (level?.indent !== indent || level.keys.has(key)) return undefined
      level.keys.add(key)
      open = value === undefined
      list = undefined
      if (indent === 0) {
        roots.push({ key, start: at, end: at + line.length, bare: line === `${key}:`, trailed: false })
        continue
      }
    }
    if (root === undefined) return undefined
    root.end = at + line.length
    root.trailed = false
  }
  return roots
}

interface Level {
  readonly indent: number
  readonly keys: Set<string>
}

const LONGEST = 1000
const COMMENT = /^ *(?:#.*)?$/
/** Keys that YAML reads as null or a boolean may be equal though spelled differently. */
const KEY = '(?!(?:[Nn]ull|NULL|[Tt]rue|TRUE|[Ff]alse|FALSE):)[A-Za-z_][A-Za-z0-9_./-]*'
const PIECE = '[A-Za-z0-9_./@+=~-]+(?::[A-Za-z0-9_./@+=~-]+)*'
const SCALAR = `(?:(?![-@])${PIECE}(?: ${PIECE})*|"[ !#-\\[\\]-~]*"|'[ -&(-~]*')`
const nest = (value: string): string =>
  `(?:${SCALAR}|\\[(?:${value}(?:, ${value})*)?\\]|\\{(?:${KEY}: ${value}(?:, ${KEY}: ${value})*)?\\})`
const VALUE = nest(nest(SCALAR))
const LINE = new RegExp(`^( *)(?:(- )${VALUE}|(${KEY}):(?: +(${VALUE}))?)(?: +#[ -~]*)?$`)

/** A key twice in a line may be twice in one mapping. */
const repeatsKey = (line: string): boolean => {
  if (!line.includes('{')) return false
  const keys = [...line.matchAll(FLOW_KEY)].map(([, key]) => key)
  return new Set(keys).size !== keys.length
}
const FLOW_KEY = new RegExp(`[{,] ?(${KEY}):`, 'g')
