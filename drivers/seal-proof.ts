import { isRecord, parseJson } from './json.ts'
import { PARTS } from './seals.ts'
import type { SealParts, SealProof } from './seals.ts'

/**
 * The recorded proof of a seal as text, and read back. Pure.
 *
 * Guarantees: what isn't exactly of this shape and within its bounds is refused as a whole; nothing of it can carry a line end or
 *   another control character into a status or a log.
 */
export const proofText = (proof: SealProof): string => `${JSON.stringify({ version: VERSION, ...proof })}\n`

const VERSION = 1
const LONGEST = 300
const MOST_LEAKS = 200
const MOST_ROWS = 10_000

/** A word: why it is refused, a clause after "it". */
export const proofIn = (text: string): SealProof | string => {
  const value = parseJson(text)
  if (!isRecord(value)) return 'is no JSON object'
  if (value['version'] !== VERSION) return `is not of version ${VERSION}`
  const { at, host, bottled, parts, edges, rows, leaks } = value
  if (!isWord(at) || !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at) || Number.isNaN(Date.parse(at))) return 'has no time'
  if (!isWord(host) || !isWord(bottled)) return "doesn't say who recorded it"
  const known = partsIn(parts)
  if (known === undefined) return "doesn't say what it holds for"
  if (edges !== 'closed' && edges !== 'open') return "doesn't say how its bundle's edges were"
  if (typeof rows !== 'number' || !Number.isInteger(rows) || rows < 1 || rows > MOST_ROWS) return 'has no rows'
  if (!Array.isArray(leaks) || leaks.length > MOST_LEAKS || !leaks.every(isWord)) return 'has leaks that are none'
  return { at, host, bottled, parts: known, edges, rows, leaks }
}

const partsIn = (value: unknown): SealParts | undefined => {
  if (!isRecord(value)) return undefined
  const words = PARTS.map((part) => [part, value[part]] as const)
  return words.every(([, word]) => isWord(word)) ? (Object.fromEntries(words) as unknown as SealParts) : undefined
}

const isWord = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(value)

/** Of something that others named (a container, say), as a proof may have it. */
export const asWord = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
    .slice(0, LONGEST)
    .trim() || '?'
