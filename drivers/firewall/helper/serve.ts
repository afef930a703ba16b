import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { parseJson } from '../../json.ts'
import type { Answering } from './answer.ts'
import { MOST_REQUEST, parseRequest } from './request.ts'

/**
 * The helper's end of its socket: HTTP, one request per connection.
 *
 * Guarantees: a request is bounded in size and time, and so are connections; what isn't one is refused before anything is
 *   asked of the firewall. Assumptions: who may connect is judged by the socket's owner and mode.
 */
export const serveEdges = ({ answer }: Answering): Server => {
  const asked = new WeakSet<Socket>()
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5_000, connectionsCheckingInterval: 5_000 },
    (request, response) => {
      // Node calls this for requests that are sent one behind the other, before the first is answered.
      if (asked.has(request.socket)) return void request.destroy()
      asked.add(request.socket)
      const reply = (status: number, body: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
        response.end(JSON.stringify(body))
      }
      textOf(request)
        .then(async (text) => {
          const wish = text === undefined ? undefined : parseRequest(parseJson(text))
          if (wish === undefined) reply(400, { error: 'not a request for the edges of a bundle' })
          else reply(200, await answer(wish))
        })
        .catch(() => request.destroy())
    },
  )
  server.maxConnections = MOST_CONNECTIONS
  // Who doesn't take the answer would keep the connection, and the helper from its end.
  server.setTimeout(SILENT_MS)
  return server
}

const MOST_CONNECTIONS = 128
/** Longer than who asks waits for an answer. */
const SILENT_MS = 90_000

/** Undefined: too much. */
const textOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_REQUEST) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
