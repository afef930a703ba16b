import type { Server } from 'node:http'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import type { LookupFunction } from 'node:net'
import type { SecureContext } from 'node:tls'

/**
 * The parts of @anthropic-ai/sandbox-runtime that the engine takes, typed here: they are no promised interface, so that the
 * version is pinned exactly (bundle/package.json) and the suite decides whether another one will do.
 */
export interface SrtModules {
  createHttpProxyServer(options: SrtOptions): Server
  createMitmCA(pems: {
    readonly caCertPem: string
    readonly caKeyPem: string
    readonly caCertPath: string
    readonly caKeyPath: string
  }): SrtCa
  disposeMitmCASync(ca: SrtCa): void
  secureContextFor(ca: SrtCa, host: string): SecureContext
  serverNameFromClientHello(
    record: Buffer,
  ): { readonly kind: 'name'; readonly name: string } | { readonly kind: 'absent' | 'unreadable' }
  readonly ResolvedAddressDeniedError: new (host: string, reason: string, addresses: readonly string[]) => Error
}

export interface SrtCa {
  readonly trustBundlePath: string
}

export interface SrtOptions {
  filter(port: number, host: string): boolean
  filterRequest(request: Request, info?: SrtRequestInfo): Promise<SrtDecision>
  lookupFor(port: number): LookupFunction
  readonly mitmCA: SrtCa
  readonly tlsTerminateUpstreamCA?: readonly string[]
  readonly refuseOpaqueTunnels: true
  readonly requireHostMatch: true
  readonly requireAsciiHost: true
  readonly foldHopByHop: true
  readonly ambiguousRequestTarget: 'asSpelled'
  readonly maxHeaderSize: number
  readonly denyHeader: string
  readonly stripResponseHeaders: readonly string[]
}

export interface SrtRequestInfo {
  readonly scheme?: 'http' | 'https'
  readonly target?: { readonly host: string; readonly port: number }
  readonly requestTarget?: string
}

export type SrtDecision =
  | { readonly action: 'allow'; readonly setHeaders: readonly (readonly [string, string])[] }
  | { readonly action: 'deny'; readonly reason: string; readonly status: number; readonly mark: string }

export const SRT_VERSION = '0.0.83'

/** `modules` is the node_modules folder that holds it. */
export const loadSrt = async (modules: string): Promise<SrtModules> => {
  const from = async (name: string): Promise<object> =>
    (await import(
      pathToFileURL(join(modules, '@anthropic-ai/sandbox-runtime/dist/sandbox', `${name}.js`)).href
    )) as object
  return Object.assign(
    {},
    ...(await Promise.all(
      ['http-proxy', 'mitm-ca', 'mitm-leaf', 'tls-terminate-proxy', 'resolved-address-guard'].map(from),
    )),
  ) as SrtModules
}
