import { mkdir, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { dirname } from 'node:path'
import type { PushAnswer } from './push.ts'

/** What the hook of a push sends the gate. `id` is that of the connection whose push it is. */
export interface HookAsked {
  readonly id: string
  readonly text: string
  readonly quarantine: Readonly<Record<string, string>>
}

/**
 * Where the hooks of pushes ask: one JSON document in, one out.
 *
 * Guarantees: in a folder of mode 0700, and no port leads to it. What isn't a question, or fails, is closed without an answer.
 */
export const listenForHooks = async (
  path: string,
  answer: (asked: HookAsked) => Promise<PushAnswer>,
): Promise<Server> => {
  await rm(dirname(path), { recursive: true, force: true })
  await mkdir(dirname(path), { mode: 0o700 })
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    textOf(socket)
      .then((text) => answer(JSON.parse(text) as HookAsked))
      .then((reply) => socket.end(JSON.stringify(reply)))
      .catch(() => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve)
  })
  return server
}

/** Rejects where there is no whole answer. */
export const askGate = async (path: string, asked: HookAsked): Promise<PushAnswer> => {
  const socket = connect(path)
  await new Promise((resolve, reject) => void socket.once('connect', resolve).once('error', reject))
  socket.end(JSON.stringify(asked))
  return JSON.parse(await textOf(socket)) as PushAnswer
}

const MOST_BYTES = 1024 * 1024

const textOf = async (socket: Socket): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES) throw new Error('too much')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
