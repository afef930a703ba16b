import { parse, YAMLParseError } from 'yaml'
import { isRecord, valueAt } from '../json.ts'

/**
 * A kubeconfig file as what a connection needs. Pure.
 *
 * Guarantees: whatever isn't supported is refused with the way around it, and never ignored: a program that gives credentials,
 *   a certificate that isn't checked, a proxy.
 */
export interface Cluster {
  readonly server: URL
  /** PEM; undefined: the authorities that Node trusts. */
  readonly ca: Pem | undefined
  /** Name that the certificate is checked for, where it isn't that of the server. */
  readonly serverName: string | undefined
  readonly credentials: Credentials
}

/** A text, or a file to read it from. */
export type Pem = { readonly text: string } | { readonly file: string }

export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: Pem }
  | { readonly kind: 'certificate'; readonly certificate: Pem; readonly key: Pem }

/** Says what is wrong, and what to do. */
export class KubeconfigError extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.name = 'KubeconfigError'
    this.hint = hint
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** The current context of a file. `resolve` makes a path absolute that starts at the file's folder. */
export const readKubeconfig = (text: string, resolve: (path: string) => string): Cluster => {
  const config = parsed(text)
  const context = named(config, 'contexts', 'context', string(config, ['current-context'], 'current-context'))
  const cluster = named(config, 'clusters', 'cluster', string(context, ['cluster'], 'the cluster of its context'))
  const userName = valueAt(context, ['user'])
  const user = userName === undefined ? {} : named(config, 'users', 'user', String(userName))
  if (valueAt(cluster, ['insecure-skip-tls-verify']) === true)
    throw new KubeconfigError(
      'insecure-skip-tls-verify is not supported: whoever answers would get the credentials',
      "name the cluster's authority instead: certificate-authority or certificate-authority-data",
    )
  if (valueAt(cluster, ['proxy-url']) !== undefined)
    throw new KubeconfigError('proxy-url is not supported', 'use an address of the API server that needs no proxy')
  const serverName = valueAt(cluster, ['tls-server-name'])
  const found = {
    server: serverOf(string(cluster, ['server'], 'the server of its cluster')),
    ca: pemOf(cluster, 'certificate-authority', resolve),
    serverName: typeof serverName === 'string' ? serverName : undefined,
    credentials: credentialsOf(user, resolve),
  }
  refuseInClear(found)
  return found
}

const parsed = (text: string): unknown => {
  let value: unknown
  try {
    value = parse(text, { maxAliasCount: 100 })
  } catch (error) {
    // The error's own message quotes the text, which holds secrets.
    const at = error instanceof YAMLParseError ? error.linePos?.[0] : undefined
    const where = at === undefined ? '' : ` at line ${at.line}, column ${at.col}`
    throw new KubeconfigError(`it can't be parsed${where}`, 'kubectl config view says more')
  }
  if (isRecord(value)) return value
  throw new KubeconfigError('it is not a kubeconfig', 'kubectl config view --minify --flatten > FILE writes one')
}

/** The server as a URL of http or https. */
export const serverOf = (text: string): URL => {
  let server: URL | undefined
  try {
    server = new URL(text)
  } catch {
    server = undefined
  }
  if (server?.protocol === 'https:' || server?.protocol === 'http:') return server
  throw new KubeconfigError(`invalid server ${JSON.stringify(text.slice(0, 200))}`, 'write it like https://HOST:6443')
}

const refuseInClear = ({ server, credentials }: Pick<Cluster, 'server' | 'credentials'>): void => {
  if (server.protocol === 'https:' || LOOPBACK.test(server.hostname)) return
  throw new KubeconfigError(
    `${server.origin} is not encrypted${credentials.kind === 'none' ? '' : ': everybody on the way would get the credentials'}`,
    'name its https address',
  )
}

const credentialsOf = (user: unknown, resolve: (path: string) => string): Credentials => {
  for (const key of ['exec', 'auth-provider'])
    if (valueAt(user, [key]) !== undefined)
      throw new KubeconfigError(
        `credentials by ${key} are not supported: no program is run for them`,
        'use a token of a service account: kubectl create token bottled-agent -n bottled-system > FILE, and tokenFile: FILE',
      )
  for (const key of ['username', 'password', 'as', 'as-groups', 'as-uid'])
    if (valueAt(user, [key]) !== undefined)
      throw new KubeconfigError(`${key} is not supported`, 'use a token, tokenFile, or a client certificate')
  const tokenFile = valueAt(user, ['tokenFile'])
  if (typeof tokenFile === 'string') return { kind: 'token', token: { file: resolve(tokenFile) } }
  const token = valueAt(user, ['token'])
  if (typeof token === 'string') return { kind: 'token', token: { text: token } }
  const [certificate, key] = [pemOf(user, 'client-certificate', resolve), pemOf(user, 'client-key', resolve)]
  if (certificate === undefined && key === undefined) return { kind: 'none' }
  if (certificate === undefined || key === undefined)
    throw new KubeconfigError('client-certificate and client-key go together', 'name both, or neither')
  return { kind: 'certificate', certificate, key }
}

const pemOf = (value: unknown, key: string, resolve: (path: string) => string): Pem | undefined => {
  const [data, file] = [valueAt(value, [`${key}-data`]), valueAt(value, [key])]
  if (typeof data === 'string') return { text: Buffer.from(data, 'base64').toString('utf8') }
  return typeof file === 'string' ? { file: resolve(file) } : undefined
}

const named = (config: unknown, list: string, key: string, name: string): unknown => {
  const entries = valueAt(config, [list])
  const entry: unknown = Array.isArray(entries)
    ? entries.find((each: unknown) => valueAt(each, ['name']) === name)
    : undefined
  const value = valueAt(entry, [key])
  if (isRecord(value)) return value
  throw new KubeconfigError(`it has no ${key} named ${JSON.stringify(name)}`, 'kubectl config get-contexts')
}

const string = (value: unknown, path: readonly string[], what: string): string => {
  const found = valueAt(value, path)
  if (typeof found === 'string' && found !== '') return found
  throw new KubeconfigError(`${what} is not set`, 'kubectl config use-context NAME sets it')
}
