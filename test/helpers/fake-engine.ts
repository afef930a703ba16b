import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A unix socket that gives an engine's answers for a test, and records the requests. */
export interface FakeEngine {
  readonly socket: string
  readonly asked: string[]
  /** Stops the daemon; the socket file stays until `start` replaces it. */
  stop(): Promise<void>
  start(): Promise<void>
  remove(): Promise<void>
}

export type Answer = (path: string, request: IncomingMessage, response: ServerResponse) => void

export const createFakeEngine = async (answer: Answer): Promise<FakeEngine> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-engine-'))
  const socket = join(folder, 'docker.sock')
  const asked: string[] = []
  let server: ReturnType<typeof createServer> | undefined
  const start = async (): Promise<void> => {
    await rm(socket, { force: true })
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      answer(request.url ?? '', request, response)
    })
    // As Docker's: it leaves the end of a connection to its client.
    server.keepAliveTimeout = 0
    await new Promise<void>((resolve) => server?.listen(socket, resolve))
  }
  const stop = async (): Promise<void> => {
    const stopped = server
    server = undefined
    if (stopped === undefined) return
    stopped.closeAllConnections()
    await new Promise((resolve) => stopped.close(resolve))
  }
  await start()
  return {
    socket,
    asked,
    start,
    stop,
    remove: async () => {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
