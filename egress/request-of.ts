import { escapePath } from './escape.ts'
import type { Request } from './policy.ts'

/**
 * A method and a URL as a person types them → the request that a client would send. Pure.
 *
 * Guarantees: nothing is normalised beyond what every client does: no `..` is resolved and no host rewritten, so that what an agent
 *   could send by hand can be asked about.
 */
export const requestOf = (method: string, url: string): Request | { readonly fault: string } => {
  const parts = /^(https?|wss?):\/\/([^/?#]*)([^#]*)/is.exec(url)
  if (parts === null) return { fault: 'a URL looks like https://api.example.com/path' }
  const [, scheme = '', authority = '', rest = ''] = parts
  if (authority.includes('@')) return { fault: 'the URL holds a name or a password: leave it out' }
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/s.exec(authority) ?? [undefined, authority, undefined]
  const isPlain = /^(http|ws)$/i.test(scheme)
  const number = port === undefined || port === '' ? (isPlain ? 80 : 443) : Number(port)
  if (number < 1 || number > 65_535) return { fault: `there is no port ${port ?? ''}` }
  return {
    host,
    port: number,
    method,
    path: escapePath(rest.startsWith('/') ? rest : `/${rest}`),
    ...(/^ws/i.test(scheme) ? { websocket: true } : {}),
  }
}
