/** Globs of the policy: `*` and `?` stay within a segment, `**` is any number of segments, none included. Pure. */

/**
 * True if the glob means the whole text. `guarded` is the index of a segment that only a glob's segment with a dot of its own
 * matches, as a shell's wildcards leave out what begins with a dot.
 */
export const matchesGlob = (glob: string, text: string, guarded = -1): boolean => {
  const parts = glob.split('/')
  // All positions in the glob that the segments so far may lead to: no text takes longer than glob times text.
  let positions = withSkips(parts, [0])
  for (const [index, segment] of text.split('/').entries()) {
    const next: number[] = []
    for (const at of positions) {
      const part = parts[at]
      if (part === undefined) continue
      if (part === '**') {
        if (index !== guarded) next.push(at)
      } else if ((index !== guarded || part.startsWith('.')) && matchesSegment(part, segment)) next.push(at + 1)
    }
    positions = withSkips(parts, next)
  }
  return positions.includes(parts.length)
}

/** `**` may be no segment at all. */
const withSkips = (parts: readonly string[], positions: readonly number[]): readonly number[] => {
  const all = new Set<number>()
  for (let at of positions) {
    all.add(at)
    while (parts[at] === '**') all.add(++at)
  }
  return [...all]
}

const matchesSegment = (part: string, segment: string): boolean => {
  const glob = [...part]
  const text = [...segment]
  let at = 0
  let star = -1
  let resume = 0
  let index = 0
  while (index < text.length) {
    if (glob[at] === '*') {
      star = at++
      resume = index
    } else if (glob[at] === '?' || (glob[at] !== undefined && glob[at] === text[index])) {
      at++
      index++
    } else if (star >= 0) {
      at = star + 1
      index = ++resume
    } else return false
  }
  while (glob[at] === '*') at++
  return at === glob.length
}
