import { mkdir, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { dirname } from 'node:path'

/**
 * The control socket: one text in, ended by its sender, one text back.
 *
 * Guarantees: in a folder of mode 0700 on a tmpfs, so that only this user inside the container opens it; no port leads to it.
 *   A sender that is slow, or says too much, is dropped.
 */
export const listenForControl = async (path: string, answer: (text: string) => Promise<string>): Promise<Server> => {
  if (await answers(path)) throw new Error('another one listens already')
  await rm(dirname(path), { recursive: true, force: true })
  await mkdir(dirname(path), { mode: 0o700 })
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    received(socket)
      .then(answer)
      .then((reply) => socket.end(reply))
      .catch(() => socket.destroy())
  })
  server.maxConnections = 8
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve)
  })
  return server
}

/** Rejects where nobody listens, or no whole answer comes. */
export const askControl = async (path: string, text: string): Promise<string> => {
  const socket = connect(path)
  await new Promise((resolve, reject) => void socket.once('connect', resolve).once('error', reject))
  socket.end(text)
  return received(socket)
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

const MOST_BYTES = 8 * 2 ** 20
const PATIENCE_MS = 10_000

const received = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const stop = (why: string): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(new Error(why))
    }
    const timer = setTimeout(() => stop('too slow'), PATIENCE_MS)
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MOST_BYTES) stop('too much')
      else chunks.push(chunk)
    })
    socket.once('error', () => stop('broken'))
    socket.once('close', () => stop('closed'))
    socket.once('end', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8'))
    })
  })
