import { type Matcher, wildmatch } from './wildmatch.ts'

/**
 * The attributes of gitattributes(5), for one question: which filter git has for a file. Pure.
 *
 * Guarantees: a text of anyone's costs at most its length times the path's; what git would ignore is ignored.
 * Caveats: `core.ignoreCase` isn't known here.
 */
export interface Attributes {
  readonly rules: readonly Rule[]
  /** Definitions by `[attr]`, by name. */
  readonly macros: ReadonlyMap<string, readonly Setting[]>
}

interface Rule {
  readonly matches: Matcher
  readonly settings: readonly Setting[]
}

interface Setting {
  readonly name: string
  /** false: `-name`; undefined: `!name`. */
  readonly value: string | boolean | undefined
}

const NAME = /^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/
const LONGEST_LINE = 2_047
/** Macros in macros. */
const DEEPEST = 100

/** `base`: the folder of the file, relative to the top, with a `/` at the end; macros count at the top only. */
export const parseAttributes = (text: string, base: string): Attributes => {
  const rules: Rule[] = []
  const macros = new Map<string, readonly Setting[]>()
  for (const line of text.replace(/^\xef\xbb\xbf/, '').split('\n')) {
    if (line.length > LONGEST_LINE) continue
    const { pattern, rest } = partsOf(line.replace(/^[ \t\r]+/, ''))
    const settings = settingsOf(rest)
    if (pattern === '' || pattern.startsWith('#') || settings === undefined) continue
    const macro = /^\[attr\](.+)$/.exec(pattern)?.[1]
    if (macro !== undefined) {
      if (base === '' && NAME.test(macro)) macros.set(macro, settings)
    } else if (!pattern.startsWith('!') && !pattern.endsWith('/') && settings.length > 0)
      rules.push({ matches: matcherOf(pattern, base), settings })
  }
  return { rules, macros }
}

/** A pattern may be quoted as a string in C. */
const partsOf = (line: string): { readonly pattern: string; readonly rest: string } => {
  const quoted = /^"((?:[^"\\]|\\[\s\S])*)"(.*)$/s.exec(line)
  if (quoted !== null) {
    const [, inner = '', rest = ''] = quoted
    return { pattern: inner.replaceAll(/\\([0-7]{3}|[\s\S])/g, (_, code: string) => unescaped(code)), rest }
  }
  const [pattern = ''] = line.split(/[ \t\r]/, 1)
  return { pattern, rest: line.slice(pattern.length) }
}

const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

const unescaped = (code: string): string =>
  code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8) & 0xff) : (ESCAPES[code] ?? code)

/** undefined: git ignores the line, as a name in it is invalid. */
const settingsOf = (text: string): readonly Setting[] | undefined => {
  const settings = text
    .split(/[ \t\r]+/)
    .filter((word) => word !== '')
    .map((word): Setting => {
      const [, sign = '', name = '', value] = /^([-!]?)([^=]*)(?:=(.*))?$/s.exec(word) ?? []
      return { name, value: sign === '-' ? false : sign === '!' ? undefined : (value ?? true) }
    })
  return settings.every(({ name }) => NAME.test(name)) ? settings : undefined
}

const matcherOf = (pattern: string, base: string): Matcher => {
  const within =
    (matches: Matcher): Matcher =>
    (path) =>
      path.startsWith(base) && matches(path.slice(base.length))
  if (!pattern.includes('/')) {
    const matches = wildmatch(pattern, { path: false })
    return within((path) => matches(path.slice(path.lastIndexOf('/') + 1)))
  }
  // As git does: the literal beginning is compared by itself, and what follows is a pattern of its own.
  const whole = pattern.replace(/^\//, '')
  const plain = /^[^*?[\\]*/.exec(whole)?.[0] ?? ''
  const matches = wildmatch(whole.slice(plain.length), { path: true })
  return within((path) => path.startsWith(plain) && matches(path.slice(plain.length)))
}

/** The filter of a path; `sources` by ascending precedence. */
export const filterOf = (path: string, sources: readonly Attributes[]): string | undefined => {
  const macros = new Map(sources.flatMap((source) => [...source.macros]))
  const states = new Map<string, Setting['value']>()
  const fill = (settings: readonly Setting[], depth: number): void => {
    for (const { name, value } of settings.toReversed()) {
      if (states.has(name)) continue
      states.set(name, value)
      if (value === true && depth < DEEPEST) fill(macros.get(name) ?? [], depth + 1)
    }
  }
  for (const { rules } of sources.toReversed())
    for (const { matches, settings } of rules.toReversed()) {
      if (matches(path)) fill(settings, 0)
      if (states.has('filter')) {
        const filter = states.get('filter')
        return typeof filter === 'string' ? filter : undefined
      }
    }
  return undefined
}
