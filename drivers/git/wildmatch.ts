/**
 * Matches a path against a pattern of git's, as `wildmatch` does. Pure.
 *
 * Flow: a pattern becomes tokens once; a text is matched by the set of tokens that can come next, so that no pattern can
 *   take more time than its length times the text's: patterns are anyone's.
 * Assumptions: both are bytes, one per character (latin1).
 */
export type Matcher = (text: string) => boolean

type Token =
  | { readonly kind: 'byte'; readonly test: (code: number) => boolean }
  /** Any number of bytes. */
  | { readonly kind: 'many'; readonly slashes: boolean }
  /** The two tokens after it may be left out. */
  | { readonly kind: 'optional' }

const SLASH = 0x2f

/** `path`: `*`, `?` and classes don't match a slash. */
export const wildmatch = (pattern: string, { path }: { readonly path: boolean }): Matcher => {
  const tokens = tokensOf(pattern, path)
  if (tokens === undefined) return () => false
  return (text) => {
    let now = closed(tokens, [0])
    for (let at = 0; at < text.length && now.size > 0; at++) {
      const code = text.charCodeAt(at)
      const next: number[] = []
      for (const index of now) {
        const token = tokens[index]
        if (token?.kind === 'byte' && token.test(code)) next.push(index + 1)
        else if (token?.kind === 'many' && (token.slashes || code !== SLASH)) next.push(index)
      }
      now = closed(tokens, next)
    }
    return now.has(tokens.length)
  }
}

/** With what is reached without a byte. */
const closed = (tokens: readonly Token[], from: readonly number[]): ReadonlySet<number> => {
  const reached = new Set(from)
  for (const index of reached) {
    const token = tokens[index]
    if (token?.kind === 'many' || token?.kind === 'optional') reached.add(index + 1)
    if (token?.kind === 'optional') reached.add(index + 3)
  }
  return reached
}

/** undefined: it matches nothing. */
const tokensOf = (pattern: string, path: boolean): readonly Token[] | undefined => {
  const tokens: Token[] = []
  for (let at = 0; at < pattern.length;) {
    const char = pattern[at] ?? ''
    if (char === '*') {
      let end = at + 1
      while (pattern[end] === '*') end += 1
      tokens.push(...starsOf(pattern, { at, end, path }))
      at = end
    } else if (char === '[') {
      const found = classOf(pattern, at)
      if (found === undefined) return undefined
      tokens.push({ kind: 'byte', test: (code) => found.has(code) && !(path && code === SLASH) })
      at = found.end
    } else if (char === '?') {
      tokens.push({ kind: 'byte', test: (code) => !path || code !== SLASH })
      at += 1
    } else {
      const literal = char === '\\' ? pattern.charCodeAt(at + 1) : pattern.charCodeAt(at)
      tokens.push({ kind: 'byte', test: (code) => code === literal })
      at += char === '\\' ? 2 : 1
    }
  }
  return tokens
}

/** Two stars cross slashes only as a whole segment; `**` with the slash after it also stands for nothing. */
const starsOf = (
  pattern: string,
  { at, end, path }: { readonly at: number; readonly end: number; readonly path: boolean },
): readonly Token[] => {
  const isSegment =
    end - at > 1 && (at === 0 || pattern[at - 1] === '/') && /^(?:$|\/|\\\/)/.test(pattern.slice(end, end + 2))
  const many = { kind: 'many', slashes: !path || isSegment } as const
  return path && isSegment && pattern[end] === '/' ? [{ kind: 'optional' }, many] : [many]
}

const NAMED: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[^ -~\x80-\xff]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
}

interface ByteClass {
  readonly end: number
  has(code: number): boolean
}

const classOf = (pattern: string, open: number): ByteClass | undefined => {
  const tests: ((code: number) => boolean)[] = []
  const negated = /[!^]/.test(pattern[open + 1] ?? '')
  let before = 0
  let at = open + (negated ? 2 : 1)
  for (let first = true; first || pattern[at] !== ']'; first = false, at += 1) {
    let char = pattern[at]
    if (char === undefined) return undefined
    const named = /^\[:([^\]]*):\]/.exec(pattern.slice(at, at + 16))
    if (named !== null) {
      const set = NAMED[named[1] ?? '']
      if (set === undefined) return undefined
      tests.push((code) => set.test(String.fromCharCode(code)))
      at += named[0].length - 1
      before = 0
      continue
    }
    const isRange = char === '-' && before !== 0 && ![undefined, ']'].includes(pattern[at + 1])
    if (isRange) char = pattern[++at]
    if (char === '\\') char = pattern[++at]
    if (char === undefined) return undefined
    const [low, high] = [isRange ? before : char.charCodeAt(0), char.charCodeAt(0)]
    tests.push((code) => code >= low && code <= high)
    before = isRange ? 0 : high
  }
  return { end: at + 1, has: (code) => tests.some((test) => test(code)) !== negated }
}
