import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Pair } from './certificates.ts'

/** Servers of the Internet, on loopback; they keep what came. */
export interface Upstream {
  readonly port: number
  /** Method, target and headers of each request. */
  readonly requests: readonly Seen[]
  /** Connections, whatever came over them. */
  readonly connections: () => number
  /** Bytes written to clients so far. */
  readonly written: () => number
  close(): Promise<void>
}

export interface Seen {
  readonly method: string
  readonly url: string
  /** Lines as they came: name, value, name, … */
  readonly raw: readonly string[]
  readonly host: string | undefined
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Echoes the request's head; `answer` does otherwise. */
const httpServer = async (
  make: (listener: Answer, seen: (request: IncomingMessage) => void) => Server,
  answer: Answer = (request, response) =>
    response.end(JSON.stringify([request.method, request.url, request.rawHeaders])),
  host?: string,
): Promise<Upstream> => {
  const requests: Seen[] = []
  const note = ({ method = '', url = '', rawHeaders, headers }: IncomingMessage): void =>
    void requests.push({ method, url, raw: rawHeaders, host: headers.host })
  const server = make((request, response) => {
    note(request)
    request.on('error', () => undefined)
    answer(request, response)
  }, note)
  return listening(server, requests, host)
}

const listening = async (server: Server, requests: readonly Seen[], host = '127.0.0.1'): Promise<Upstream> => {
  const sockets = new Set<Socket>()
  let connections = 0
  let gone = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => {
      sockets.delete(socket)
      gone += socket.bytesWritten
    })
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    connections: () => connections,
    written: () => gone + [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

export const tlsUpstream = (pair: Pair, answer?: Answer, host?: string): Promise<Upstream> =>
  httpServer((listener) => createTlsServer({ cert: pair.cert, key: pair.key }, listener), answer, host)
export const plainUpstream = (answer?: Answer, host?: string): Promise<Upstream> =>
  httpServer((listener) => createServer(listener), answer, host)
/** Agrees to WebSockets and sends back what comes over them; other requests are echoed as by the others. */
export const echoUpstream = (pair: Pair, host?: string): Promise<Upstream> =>
  httpServer(
    (listener, seen) => {
      const server = createTlsServer({ cert: pair.cert, key: pair.key }, listener)
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, early: Buffer) => {
        const { 'sec-websocket-key': key = '' } = request.headers
        seen(request)
        const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
        const head = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket']
        socket.write(`${[...head, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`)
        socket.unshift(early)
        socket.pipe(socket)
      })
      return server
    },
    undefined,
    host,
  )
/** Takes any bytes, like an SSH server. */
export const rawUpstream = (): Promise<Upstream> =>
  listening(
    createTcpServer((socket) => socket.write('SSH-2.0-test\r\n')),
    [],
  )
