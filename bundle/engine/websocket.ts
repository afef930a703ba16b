import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as askByTls } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { TLSSocket } from 'node:tls'
import { answerOf } from './answer.ts'
import type { Exchanges } from './exchanges.ts'
import { join } from './join.ts'
import { handshakeFault, headersBack, headersFor } from './handshake.ts'
import { Refusal } from './port.ts'
import type { Target } from './port.ts'

/**
 * A WebSocket to a server, by a connection that asked for one in its first request.
 *
 * Flow: the handshake is checked, the guard asked, the server dialled and asked with the headers that the guard sets; once it
 *   has agreed, bytes are passed on both ways.
 * Guarantees: not a byte beyond the handshake goes to the server before it has agreed; its certificate is verified before the
 *   handshake is sent. A server that answers otherwise is passed back, and the connection ends.
 */
export interface WebSockets {
  readonly exchanges: Exchanges
  /** Fails with a `Refusal` where the guard refuses. */
  readonly lookup: LookupFunction
  /** PEM; undefined: the public ones. */
  readonly serverCas: readonly string[] | undefined
}

export const serveWebSocket = (secured: TLSSocket, target: Target, parts: WebSockets): void => {
  // Parses the one request of this connection; it never listens.
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (_, response) => {
    response.writeHead(400, { connection: 'close' }).end('Connection must be Upgrade\n')
  })
  server.on('upgrade', (request: IncomingMessage, client: Duplex, early: Buffer) => {
    client.on('error', () => client.destroy())
    const fault = handshakeFault(request, target)
    if (fault !== undefined) return void client.end(answerOf({ status: 400, text: fault }))
    parts.exchanges
      .request(client, () => open(request, { client, early, target, ...parts }))
      .catch(() => client.destroy())
  })
  server.emit('connection', secured)
}

const ANSWER_MS = 30_000
const KEEP_ALIVE_MS = 60_000

const open = async (
  { url: path = '', rawHeaders, headers }: IncomingMessage,
  {
    client,
    early,
    target: { host, port },
    exchanges,
    lookup,
    serverCas,
  }: WebSockets & { readonly client: Duplex; readonly early: Buffer; readonly target: Target },
): Promise<void> => {
  const json = (headers.accept ?? '').includes('application/json')
  const verdict = await exchanges.decide({ host, port, scheme: 'https', method: 'GET', path, json, websocket: true })
  if (verdict.kind === 'deny') return void client.end(answerOf(verdict))
  const asked = askByTls({
    host,
    port,
    path,
    lookup,
    agent: false,
    servername: host,
    headers: headersFor(rawHeaders, verdict.set) as string[],
    timeout: ANSWER_MS,
    ...(serverCas === undefined ? {} : { ca: [...serverCas] }),
  })
  client.once('close', () => asked.destroy())
  asked.once('timeout', () => asked.destroy(new Error('no answer in time')))
  asked.once('error', (error) => client.end(answerOf(unreached(host, error))))
  asked.once('response', (response) => {
    client.write(headOf(response, ['Connection: close']))
    void pipeline(response, client).catch(() => client.destroy())
  })
  asked.once('upgrade', (response, server, answered) => {
    if (response.headers.upgrade?.toLowerCase() !== 'websocket') {
      server.destroy()
      return void client.end(answerOf({ status: 502, text: `${host} switched to another protocol` }))
    }
    server.setTimeout(0).setKeepAlive(true, KEEP_ALIVE_MS)
    client.write(headOf(response, ['Connection: Upgrade', 'Upgrade: websocket']))
    if (answered.length > 0) server.unshift(answered)
    if (early.length > 0) client.unshift(early)
    join(client, server)
  })
  asked.end()
}

const headOf = ({ statusCode, statusMessage, rawHeaders }: IncomingMessage, more: readonly string[]): Buffer =>
  Buffer.from(
    [
      `HTTP/1.1 ${statusCode ?? 502} ${statusMessage ?? ''}`,
      ...headersBack(rawHeaders).map(([name, value]) => `${name}: ${value}`),
      ...more,
      '',
      '',
    ].join('\r\n'),
    'latin1',
  )

const unreached = (
  host: string,
  error: NodeJS.ErrnoException,
): { readonly status: number; readonly reason?: string; readonly text: string } =>
  error instanceof Refusal
    ? { status: 403, reason: error.reason, text: error.message }
    : { status: 502, text: `${host} could not be reached: ${error.code ?? 'no answer'}` }
