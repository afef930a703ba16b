/**
 * A path as a client sent it → what servers may take it for. Pure.
 *
 * Guarantees: linear in the text; never throws. A path that servers may read in two ways has no reading: it is in no `paths` of an
 *   `allow` and in every `paths` of a `deny`. `%`-escapes that every server reads alike are decoded first.
 * Caveats: some servers drop `;…` from each segment; that is a second reading, and both must be allowed.
 */
export interface PathReading {
  /** What a server may serve. Empty if `unclear`. */
  readonly readings: readonly string[]
  /** Why it may be read in two ways. */
  readonly unclear?: string
  /** git would push by it. */
  readonly push: boolean
}

export const readPath = (text: string): PathReading => {
  const end = text.indexOf('?')
  const written = end === -1 ? text : text.slice(0, end)
  const query = end === -1 ? '' : text.slice(end + 1)
  const unclear = whyUnclear(text, written)
  if (unclear !== undefined) return { readings: [], unclear, push: mayBePush(text) }
  const decoded = decodeURIComponent(written)
  const bare = withoutParameters(decoded)
  const readings = bare === decoded ? [decoded] : [decoded, bare]
  return { readings, push: isPush(readings, query) }
}

const whyUnclear = (text: string, written: string): string | undefined => {
  if (!written.startsWith('/')) return "it doesn't start with /"
  if (/[^!-~]/.test(text)) return 'it holds white space, a control character or a letter that must be escaped'
  if (text.includes('#')) return 'it holds #'
  if (written.includes('\\')) return 'it holds a backslash'
  const escape = /%(?:2e|2f|5c|00|25)/i.exec(written)
  if (escape !== null) return `it holds ${escape[0]}`
  const decoded = decode(written)
  if (decoded === undefined) return 'it holds a bad %'
  if (/\p{Cc}/u.test(decoded)) return 'it holds an escaped control character'
  const bare = withoutParameters(decoded)
  if (bare.includes('//')) return 'it holds an empty segment'
  if (/\/\.{1,2}(?:\/|$)/.test(bare)) return 'it holds a segment . or ..'
  return undefined
}

const decode = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** As servers with path parameters read it. */
const withoutParameters = (path: string): string => (path.includes(';') ? path.replace(/;[^/]*/g, '') : path)

const PUSH = 'git-receive-pack'

const isPush = (paths: readonly string[], query: string): boolean =>
  paths.some((path) => {
    const folded = path.toLowerCase()
    return folded.endsWith(`/${PUSH}`) || (folded.endsWith('/info/refs') && asksForPush(query))
  })

/** Servers differ in which of two parameters counts, and in what separates them. */
const asksForPush = (query: string): boolean =>
  query.split(/[&;]/).some((part) => {
    const [name = '', value = ''] = decodeLoosely(part).trim().split('=', 2)
    return name.toLowerCase().trim() === 'service' && value.toLowerCase().trim() === PUSH
  })

/** Some server may resolve, cut or decode an unclear text to a push. */
const mayBePush = (text: string): boolean => {
  let before = ''
  for (let now = text, round = 0; now !== before && round < 4; round++) {
    if (now.toLowerCase().includes(PUSH)) return true
    before = now
    now = decodeLoosely(now)
  }
  return false
}

/** Byte by byte; what is no escape stays. */
const decodeLoosely = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
