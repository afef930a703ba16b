import { mkdir, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { dirname } from 'node:path'

/**
 * A unix socket: one text in, ended by its sender, one text back.
 *
 * Guarantees: in a folder of mode 0700, made anew, so that only this user inside the container opens it; no port leads to it. A
 *   sender that is slow (10 s) or says more than `mostBytes` is dropped, and so is one whose text fails: it has no answer.
 */
export const listenForTexts = async (
  path: string,
  { answer, mostBytes }: { readonly answer: (text: string) => Promise<string>; readonly mostBytes: number },
): Promise<Server> => {
  await rm(dirname(path), { recursive: true, force: true })
  await mkdir(dirname(path), { mode: 0o700 })
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    received(socket, { mostBytes, patienceMs: PATIENCE_MS })
      .then(answer)
      .then((reply) => socket.end(reply))
      .catch(() => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve)
  })
  return server
}

/** Rejects where nobody listens, or no whole answer comes; in `patienceMs`, if given. */
export const askByText = async (
  path: string,
  text: string,
  bounds: { readonly mostBytes: number; readonly patienceMs?: number },
): Promise<string> => {
  const socket = connect(path)
  await new Promise((resolve, reject) => void socket.once('connect', resolve).once('error', reject))
  socket.end(text)
  return received(socket, bounds)
}

export const PATIENCE_MS = 10_000

const received = (
  socket: Socket,
  { mostBytes, patienceMs }: { readonly mostBytes: number; readonly patienceMs?: number },
): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const stop = (why: string): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(new Error(why))
    }
    const timer = patienceMs === undefined ? undefined : setTimeout(() => stop('too slow'), patienceMs)
    socket.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > mostBytes) stop('too much')
      else chunks.push(chunk)
    })
    socket.once('error', () => stop('broken'))
    socket.once('close', () => stop('closed'))
    socket.once('end', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8'))
    })
  })
