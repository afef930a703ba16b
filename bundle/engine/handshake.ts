import type { IncomingMessage } from 'node:http'
import type { Target } from './port.ts'

/**
 * The opening of a WebSocket (RFC 6455 §4.1) as a proxy passes it on. Pure.
 *
 * Guarantees: what a server could read as another request than the one that was judged is a fault: a body, another or a second
 *   Host, another form of target.
 */
export type Opening = Pick<IncomingMessage, 'method' | 'httpVersion' | 'url' | 'rawHeaders'>

/** What is wrong with it; undefined: nothing. */
export const handshakeFault = (
  { method, httpVersion, url, rawHeaders }: Opening,
  target: Target,
): string | undefined => {
  const valuesOf = (name: string): readonly string[] =>
    pairsOf(rawHeaders).flatMap(([each, value]) => (each.toLowerCase() === name ? [value.trim()] : []))
  const isOne = (name: string, is: RegExp): boolean => {
    const [value, ...more] = valuesOf(name)
    return value !== undefined && more.length === 0 && is.test(value)
  }
  const authority = `${target.host}:${target.port}`
  const hosts = target.port === 443 ? [authority, target.host] : [authority]
  const [host, ...more] = valuesOf('host')
  if (method !== 'GET' || httpVersion !== '1.1') return 'a WebSocket is opened by GET and HTTP/1.1'
  if (url?.startsWith('/') !== true) return 'the target must be a path'
  if (host === undefined || more.length > 0 || !hosts.includes(host.toLowerCase()))
    return `Host must be ${hosts.join(' or ')}, once`
  if (valuesOf('content-length').length > 0 || valuesOf('transfer-encoding').length > 0) return 'it must have no body'
  if (!isOne('upgrade', /^websocket$/i)) return 'Upgrade must be websocket, once'
  if (!isOne('sec-websocket-version', /^13$/)) return 'Sec-WebSocket-Version must be 13, once'
  if (!isOne('sec-websocket-key', /^[A-Za-z0-9+/]{22}==$/)) return 'Sec-WebSocket-Key must be 16 bytes in base64, once'
  return undefined
}

/** The client's headers for the server: none that are of one connection only, and ours in place of the client's in any spelling. */
export const headersFor = (
  rawHeaders: readonly string[],
  set: readonly (readonly [name: string, value: string])[],
): readonly string[] => {
  const replaced = new Set(set.map(([name]) => spelling(name)))
  const kept = pairsOf(rawHeaders).filter(([name]) => !isOfConnection(name) && !replaced.has(spelling(name)))
  return [...kept, ...set, ['Connection', 'Upgrade'], ['Upgrade', 'websocket']].flat()
}

/** A server's headers for the client. */
export const headersBack = (rawHeaders: readonly string[]): readonly (readonly [string, string])[] =>
  pairsOf(rawHeaders).filter(([name]) => !isOfConnection(name) && name.toLowerCase() !== 'alt-svc')

const OF_CONNECTION = new Set(['connection', 'upgrade', 'keep-alive', 'te', 'trailer', 'transfer-encoding'])
const isOfConnection = (name: string): boolean =>
  OF_CONNECTION.has(name.toLowerCase()) || name.toLowerCase().startsWith('proxy-')

/** Servers read `X_API_KEY` and `x.api.key` as `x-api-key`. */
const spelling = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '-')

const pairsOf = (raw: readonly string[]): readonly (readonly [string, string])[] =>
  raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []))
