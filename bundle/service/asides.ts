import { createServer as createHttpServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'

/**
 * What stands behind the port of the supervise server, which this image doesn't have yet: it says so in its protocol.
 */
const PATIENCE_MS = 5_000
const MOST_CONNECTIONS = 64

/** An MCP server without tools: agents connect, and see that there is nothing. */
export const createSuperviseAside = (): Server => {
  const server = createHttpServer({ requestTimeout: PATIENCE_MS, maxHeaderSize: 16 * 1024 }, (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end()
    answer(request, response).catch(() => response.destroy())
  })
  server.maxConnections = MOST_CONNECTIONS
  return server
}

const MOST_BYTES = 64 * 1024

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES) return void response.writeHead(413, { connection: 'close' }).end()
    chunks.push(chunk)
  }
  const reply = replyTo(Buffer.concat(chunks).toString('utf8'))
  if (reply === undefined) return void response.writeHead(202).end()
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
}

/** undefined: a notification, which has no answer. */
const replyTo = (text: string): object | undefined => {
  const failed = (id: unknown, code: number, message: string): object => ({
    jsonrpc: '2.0',
    id,
    error: { code, message },
  })
  let message: { readonly id?: unknown; readonly method?: unknown; readonly params?: { protocolVersion?: unknown } }
  try {
    message = (JSON.parse(text) ?? {}) as typeof message
  } catch {
    return failed(null, -32_700, 'Parse error')
  }
  const { id, method, params } = message
  if (id === undefined) return undefined
  const ok = (result: object): object => ({ jsonrpc: '2.0', id, result })
  if (method === 'initialize')
    return ok({
      protocolVersion: typeof params?.protocolVersion === 'string' ? params.protocolVersion : '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'bottled', version: '1' },
      instructions: 'This bundle image has no supervise server yet: there are no tools.',
    })
  if (method === 'ping') return ok({})
  if (method === 'tools/list') return ok({ tools: [] })
  return failed(id, -32_601, 'Method not found: this bundle image has no supervise server yet')
}

/** Ends what is open, too. */
export const closing = (server: Server): (() => Promise<void>) => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
}
