import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'

/**
 * What stands behind the port of the git gate, which this image doesn't have yet: it says so in git's protocol.
 */
export const createGitAside = (): Server => {
  const server = createServer((socket) => {
    socket.setTimeout(PATIENCE_MS, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    // Whatever is asked for. The client has sent its line by then, so that the answer isn't lost in a reset.
    socket.once('data', () => socket.end(GIT_ANSWER))
    socket.resume()
  })
  server.maxConnections = MOST_CONNECTIONS
  return server
}

const PATIENCE_MS = 5_000
const MOST_CONNECTIONS = 64

const pktLine = (text: string): string => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`
const GIT_ANSWER = pktLine('ERR no repository is served: this bundle image has no git gate yet')

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
