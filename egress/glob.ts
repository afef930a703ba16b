/**
 * Globs over a path: `*` within a segment, `**` across; either may match nothing. Pure.
 *
 * Flow: a glob is its plain characters with gaps between them. All places that may be reached are followed at once, one bit
 *   each, so nothing is tried twice.
 * Guarantees: time grows with the text times the glob's plain characters / 32, for any text: no glob can be made slow.
 */
export type Matcher = (text: string) => boolean

export const createGlob = (glob: string): Matcher => {
  const { plain, gaps } = parse(glob)
  const words = (plain.length >>> 5) + 1
  /** By character: the places from which it leads to the next. */
  const next = new Map<string, Uint32Array>()
  for (let at = 0; at < plain.length; at++) setBit(entryOf(next, plain.charAt(at), words), at)
  /** Places in a gap: any character but `/`, or any, leads back to them. */
  const star = new Uint32Array(words)
  const globstar = new Uint32Array(words)
  for (const [at, gap] of gaps) setBit(gap === '*' ? star : globstar, at)
  const none = new Uint32Array(words)
  return (text) => {
    const reached = new Uint32Array(words)
    reached[0] = 1
    for (let at = 0; at < text.length; at++) {
      const character = text.charAt(at)
      const leads = next.get(character) ?? none
      const within = character !== '/'
      let carry = 0
      let any = 0
      for (let word = 0; word < words; word++) {
        const here = reached[word] ?? 0
        const moved = here & (leads[word] ?? 0)
        const stays = here & ((globstar[word] ?? 0) | (within ? (star[word] ?? 0) : 0))
        const now = (moved << 1) | carry | stays
        carry = moved >>> 31
        reached[word] = now
        any |= now
      }
      if (any === 0) return false
    }
    return hasBit(reached, plain.length)
  }
}

type Gap = '*' | '**'

/** A gap stands before the plain character of its number. */
const parse = (glob: string): { readonly plain: string; readonly gaps: ReadonlyMap<number, Gap> } => {
  const gaps = new Map<number, Gap>()
  let plain = ''
  for (const [part] of glob.matchAll(/\*+|[^*]+/g)) {
    if (part.startsWith('*')) gaps.set(plain.length, part === '*' ? '*' : '**')
    else plain += part
  }
  return { plain, gaps }
}

const entryOf = (map: Map<string, Uint32Array>, key: string, words: number): Uint32Array => {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = new Uint32Array(words)
  map.set(key, made)
  return made
}

const setBit = (bits: Uint32Array, at: number): void => void (bits[at >>> 5] = (bits[at >>> 5] ?? 0) | (1 << (at & 31)))
const hasBit = (bits: Uint32Array, at: number): boolean => (((bits[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1
