import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { promisify } from 'node:util'

const run = promisify(execFile)
/** With the tag, an abstract socket: the kernel frees it with its process, however that ends. */
const TURN = '\0bottled-test-image '
/** Below what a test file may take in all (`test/main.ts`), so that this names the cause. */
const TURN_MS = 240_000

/**
 * An image that tests share: made where its tag is missing, by one process of this machine at a time, whoever's it is. Nobody
 * removes it, so the tag must be a hash of what `make` puts in. Throws what `make` throws, and where another process doesn't get
 * done with it.
 */
export const imageOnce = async (tag: string, make: () => Promise<void>): Promise<string> => {
  if (await isThere(tag)) return tag
  const turn = await takeTurn(tag)
  try {
    if (!(await isThere(tag))) await make()
  } finally {
    turn.close()
  }
  return tag
}

const isThere = (tag: string): Promise<boolean> =>
  run('docker', ['image', 'inspect', tag]).then(
    () => true,
    () => false,
  )

const takeTurn = async (tag: string): Promise<Server> => {
  const endMs = performance.now() + TURN_MS
  for (;;) {
    const turn = await listen(tag)
    if (turn !== undefined) return turn
    if (performance.now() > endMs)
      throw new Error(`another process has been making ${tag} for ${TURN_MS / 1000} s: ss -xlp | grep bottled-test`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const listen = (tag: string): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(TURN + tag, () => resolve(server))
  })
