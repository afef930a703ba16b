import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { isBearer } from '../page/guard.ts'
import { isLocalHost } from './address.ts'

/**
 * /healthz, /readyz and /metrics, and the page if there is one.
 *
 * Guarantees: these three answer only GET and HEAD, a page of another origin can't ask them (Host), and with a token nobody asks
 *   without it; bounded in connections, and in the time each may take. The metrics are collected once a second at most.
 */
export interface ServerSetting {
  /** Over TCP on loopback: `Host` must name it. */
  readonly isLoopback: boolean
  readonly token: string | undefined
  /** Why it isn't ready; empty: it is. */
  readonly waitsFor: () => readonly string[]
  readonly metrics: () => Promise<string>
  readonly contentType: string
  /** Milliseconds, monotonic. */
  readonly now: () => number
  /** Answers every other path, by a guard of its own. */
  readonly page?: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
}

export const createListenServer = (setting: ServerSetting): Server => {
  const { isLoopback, token, waitsFor, contentType } = setting
  const metrics = atMostOnceASecond(setting.metrics, setting.now)

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    if (isLoopback && !isLocalHost(request.headers.host)) return text(403, 'ask by an address of loopback')
    if (token !== undefined && !isBearer(request.headers.authorization, token))
      return { ...text(401, 'a token is needed'), headers: { 'www-authenticate': 'Bearer' } }
    const path = pathOf(request)
    if (!PATHS.has(path)) return text(404, 'there are /healthz, /readyz and /metrics')
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return { ...text(405, 'only GET'), headers: { allow: 'GET, HEAD' } }
    if (path === '/healthz') return text(200, 'ok')
    if (path === '/metrics') return { status: 200, headers: { 'content-type': contentType }, body: await metrics() }
    const missing = waitsFor()
    return missing.length === 0 ? text(200, 'ok') : text(503, `waits for ${missing.join(', ')}`)
  }

  const server = createServer(
    {
      requestTimeout: REQUEST_MS,
      headersTimeout: REQUEST_MS,
      keepAliveTimeout: REQUEST_MS,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 8 * 1024,
    },
    (request, response) => {
      if (setting.page !== undefined && !PATHS.has(pathOf(request))) return setting.page(request, response)
      void answer(request)
        .catch(() => text(500, 'it could not be collected'))
        .then((found) => send(response, found, request.method === 'HEAD'))
    },
  )
  server.maxConnections = MOST_CONNECTIONS
  // Who reads nothing.
  server.setTimeout(2 * REQUEST_MS, (socket) => void socket.destroy())
  return server
}

const PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

const pathOf = ({ url = '' }: IncomingMessage): string => url.split('?', 1)[0] ?? ''

const MOST_CONNECTIONS = 128
const REQUEST_MS = 5_000

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

const text = (status: number, line: string): Answer => ({ status, body: `${line}\n` })

const send = (response: ServerResponse, { status, headers, body }: Answer, isHead: boolean): void => {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(isHead ? undefined : body)
}

const atMostOnceASecond = (collect: () => Promise<string>, now: () => number): (() => Promise<string>) => {
  let last: { readonly atMs: number; readonly text: Promise<string> } | undefined
  return () => {
    if (last === undefined || now() - last.atMs >= 1_000) last = { atMs: now(), text: collect() }
    return last.text
  }
}
