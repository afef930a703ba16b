import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Whether a request may be answered. Pure.
 *
 * Guarantees: what the page shows and does needs the token, in a header that no form and no link can send; a request that a
 *   page of another origin made is refused whatever it carries, by `Host` (DNS rebinding), `Origin` and `Sec-Fetch-Site`.
 * Assumptions: no cookie is used, so that no browser adds a right by itself.
 */
export interface Asking {
  readonly method: string
  readonly path: string
  header(name: string): string | undefined
}

export interface Refused {
  readonly status: 401 | 403 | 405 | 415
  readonly why: string
}

export const refusalOf = (
  { method, path, header }: Asking,
  { token, isOwnHost }: { readonly token: string; readonly isOwnHost: (host: string | undefined) => boolean },
): Refused | undefined => {
  const host = header('host')
  if (host === undefined || !isOwnHost(host)) return { status: 403, why: 'ask by an address of loopback' }
  const isApi = path.startsWith('/api/')
  if (method !== 'GET' && method !== 'HEAD' && !(isApi && method === 'POST'))
    return { status: 405, why: 'only GET, and POST to /api/' }
  const origin = header('origin')
  if (origin !== undefined && origin !== `http://${host}`) return { status: 403, why: 'another origin asks' }
  // The page itself has no secret, and a link may lead to it.
  if (!isApi) return undefined
  const site = header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin') return { status: 403, why: 'another page asks' }
  if (!isBearer(header('authorization'), token)) return { status: 401, why: 'a token is needed' }
  // A form can send three types without asking, and this is none of them.
  if (method === 'POST' && header('content-type')?.split(';')[0]?.trim() !== 'application/json')
    return { status: 415, why: 'send application/json' }
  return undefined
}

/** Compares digests: neither the length nor the place of a difference takes another time. */
export const isBearer = (header: string | undefined, token: string): boolean =>
  timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))

const digest = (value: string): Buffer => createHash('sha256').update(value).digest()

/** Sent with everything: nothing is loaded from elsewhere, nothing is run but our script, no page frames this one. */
export const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}
