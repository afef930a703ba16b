import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { GateRefusal } from './refusal.ts'
import { errPacket, readFirstPacket } from './request.ts'
import type { GitRequest } from './request.ts'

/**
 * The port: reads what a connection asks for, and refuses in words.
 *
 * Guarantees: who says nothing, too much or nonsense is closed within seconds; a refusal arrives whole, also where the client still
 *   sends; a connection is one request.
 */
export interface FrontSetting {
  /** Serves to the end, from `rest` on, which came behind the request. Throws `GateRefusal` before it has answered anything. */
  serve(request: GitRequest, socket: Socket, rest: Buffer): Promise<void>
  failed(error: unknown): void
}

export const createFront = ({ serve, failed }: FrontSetting): Server => {
  let open = 0
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open += 1
    socket.once('close', () => (open -= 1))
    socket.on('error', () => socket.destroy())
    if (open > MOST_OPEN) return refuse(socket, 'too many connections at once: try again in a moment')
    firstPacket(socket)
      .then(async (first) => {
        if (first === undefined) return void socket.destroy()
        if (first.kind === 'refused') return refuse(socket, first.why)
        await serve(first.request, socket, first.rest)
      })
      .catch((error: unknown) => {
        if (!(error instanceof GateRefusal)) failed(error)
        refuse(socket, error instanceof GateRefusal ? error.message : 'the gate failed: a person finds more in its log')
      })
  })
  // Beyond it nothing is said.
  server.maxConnections = 4 * MOST_OPEN
  return server
}

const MOST_OPEN = 64
const FIRST_MS = 10_000
const DRAIN_MS = 30_000

const refuse = (socket: Socket, why: string): void => finish(socket, errPacket(`bottled: ${why}`))

/** Ends it. What the client still sends is read and dropped: an answer would be lost in a reset. */
export const finish = (socket: Socket, last = ''): void => {
  if (socket.destroyed) return
  socket.setTimeout(0)
  socket.end(last)
  socket.on('data', () => undefined).resume()
  const timer = setTimeout(() => socket.destroy(), DRAIN_MS)
  socket.once('end', () => socket.destroySoon()).once('close', () => clearTimeout(timer))
  if (socket.readableEnded) socket.destroySoon()
}

type First =
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'request'; readonly request: GitRequest; readonly rest: Buffer }

/** undefined: it was closed. Leaves the socket paused. */
const firstPacket = (socket: Socket): Promise<First | undefined> =>
  new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0)
    const done = (first: First | undefined): void => {
      clearTimeout(timer)
      socket.off('data', data).off('end', ended).off('close', ended)
      socket.pause()
      resolve(first)
    }
    const ended = (): void => done(undefined)
    const timer = setTimeout(() => done({ kind: 'refused', why: 'the request did not come' }), FIRST_MS)
    const data = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk])
      const first = readFirstPacket(bytes)
      if (first.kind === 'refused') done(first)
      else if (first.kind === 'request')
        done({ kind: 'request', request: first.request, rest: bytes.subarray(first.length) })
    }
    socket.on('data', data).once('end', ended).once('close', ended)
  })
