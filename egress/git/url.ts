import { parseHost } from '../host.ts'

/**
 * Where a repository of the git gate comes from. Pure.
 *
 * Guarantees: https alone, so that the server is known by its certificate; a name and no address; nothing in it that git, curl and
 *   we could read in two ways (user, query, fragment, `..`, escapes).
 */
export interface RepositoryUrl {
  /** Its host canonical, without the port 443 and a last slash. */
  readonly url: string
  readonly host: string
  readonly port: number
  /** Starts with `/`; ends in `.git` where it was written so. */
  readonly path: string
}

export const parseRepositoryUrl = (text: string): RepositoryUrl | { readonly fault: string } => {
  if (/^(ssh:|[^/]+@[^/]+:)/i.test(text))
    return { fault: 'the gate has no ssh: write the https:// URL of the repository' }
  if (!text.startsWith('https://')) return { fault: 'only https:// is taken' }
  const [, written = '', digits = '443', path = ''] = URL_PARTS.exec(text) ?? []
  if (written === '')
    return { fault: 'write https://HOST/PATH, without a user, a query and escapes; a credential is named beside it' }
  const host = parseHost(written)
  if ('fault' in host)
    return {
      fault: host.fault === 'AddressLiteral' ? 'it needs the name of a host, not an address' : 'its host is no name',
    }
  const port = Number(digits)
  if (port < 1 || port > 65_535) return { fault: `${digits} is no port` }
  return { url: `https://${host.name}${port === 443 ? '' : `:${port}`}${path}`, host: host.name, port, path }
}

/** As the `pattern` of the schema, which can't say what a host is. */
const URL_PARTS = /^https:\/\/([^/:@?#\s]+)(?::([0-9]{1,5}))?((?:\/\.?[A-Za-z0-9_~+@-][A-Za-z0-9._~+@-]*)+)\/?$/
