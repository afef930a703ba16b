import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { DENIED_HEADER } from '../engine/port.ts'
import { answerLocal } from './local.ts'

/** What answers at the proxy's port until a policy is there: 503 to everything but /health. It never listens by itself. */
export const createUnloaded = (denied: (request: IncomingMessage) => void): Server => {
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    // Who waits with a connection would never see the policy.
    response.setHeader('connection', 'close')
    if (/^[/*]/.test(request.url ?? '/')) return answerLocal(request, response, { loaded: false, denials: [] })
    denied(request)
    response.writeHead(503, { [DENIED_HEADER]: REASON, 'content-type': 'text/plain; charset=utf-8' }).end(`${TEXT}\n`)
  })
  server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy())
    denied(request)
    socket.end(
      [
        'HTTP/1.1 503 Service Unavailable',
        `${DENIED_HEADER}: ${REASON}`,
        'Content-Type: text/plain; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(TEXT) + 1}`,
        'Connection: close',
        '',
        `${TEXT}\n`,
      ].join('\r\n'),
    )
  })
  return server
}

const REASON = 'PolicyNotLoaded'
const TEXT = 'No egress policy is loaded, so that nothing may leave.'
