import { lstat, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Server } from 'node:http'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { errnoOf } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import { openOwn } from '../../drivers/reading/open-regular.ts'
import { readUpTo } from '../../drivers/reading/read-bounded.ts'
import { Refusal } from '../../drivers/reading/refusal.ts'
import { CliError } from '../print/cli-error.ts'
import type { PageSetting } from '../page/page.ts'
import { isLocalHost } from './address.ts'
import type { ListenAddress } from './address.ts'
import { createMetrics } from './metrics.ts'
import type { Metrics } from './metrics.ts'
import { createListenServer } from './server.ts'

/**
 * `bottled run --listen`.
 *
 * Guarantees: anything but loopback and a unix socket needs a token; a unix socket is for its owner only, and a stale one is
 *   replaced, one that somebody serves is not. Errors: CliError where it can't listen.
 */
export interface Listener extends Omit<Metrics, 'text' | 'contentType'> {
  /** As a person would ask it. */
  readonly at: string
  close(): Promise<void>
}

export const openListener = async (
  address: ListenAddress,
  { tokenFile, page: pageSetting }: { readonly tokenFile: string | undefined; readonly page?: PageSetting },
): Promise<Listener> => {
  const isLoopback = address.kind === 'tcp' && address.isLoopback
  if (address.kind === 'tcp' && !isLoopback && tokenFile === undefined)
    throw new CliError(
      `--listen ${shownOf(address)} can be asked from elsewhere, and needs --listen-token-file`,
      'listen on 127.0.0.1 or unix:PATH, or name a file with a token of 32 characters or more',
    )
  const given = tokenFile === undefined ? undefined : { token: await tokenIn(tokenFile), file: resolve(tokenFile) }
  const metrics = createMetrics()
  let waitsFor = (): readonly string[] => ['its start']
  // No browser asks by a unix socket.
  const page =
    pageSetting === undefined || address.kind === 'unix'
      ? undefined
      : await (
          await import('../page/page.ts')
        ).openPage(pageSetting, {
          given,
          isOwnHost: isLoopback ? isLocalHost : () => true,
          waitsFor: () => waitsFor(),
        })
  const server = createListenServer({
    isLoopback: isLoopback && given === undefined,
    token: given?.token,
    waitsFor: () => waitsFor(),
    metrics: metrics.text,
    contentType: metrics.contentType,
    now: () => performance.now(),
    page: page?.handle,
  })
  await listenAt(server, address)
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const at = address.kind === 'unix' ? `unix:${address.path}` : `http://${shownOf({ ...address, port })}`
  await page?.announce(at)
  return {
    at,
    meter: metrics.meter,
    counted: metrics.counted,
    watch: (state) => {
      waitsFor = () => state().waitsFor
      metrics.watch(state)
    },
    close: async () => {
      const closed = new Promise((resolve) => void server.close(resolve))
      server.closeAllConnections()
      await page?.close()
      await closed
    },
  }
}

const shownOf = ({ host, port }: Extract<ListenAddress, { kind: 'tcp' }>): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`

const TOKEN = /^[!-~]{32,512}$/

const MOST_TOKEN_BYTES = 1024

/** One file is checked and read, whatever becomes of its name. */
const tokenIn = async (file: string): Promise<string> => {
  const notOwn = (): never => {
    throw new CliError(
      `${file} must be a regular file that only the user of this process may read, as it has a token`,
      `chmod 600 ${file}, if it is that user's`,
    )
  }
  const opened = await openOwn(file).catch((error: unknown) => {
    if (error instanceof Refusal || errnoOf(error) === 'ELOOP') return notOwn()
    throw new CliError(`can't read the token of --listen: ${messageOf(error)}`, 'name a file with a token in one line')
  })
  try {
    const { mode, uid } = opened.stat
    if ((Number(mode) & 0o077) !== 0 || Number(uid) !== process.getuid?.()) return notOwn()
    const token = (await readUpTo(opened.file, MOST_TOKEN_BYTES))?.toString('utf8').trim() ?? ''
    if (TOKEN.test(token)) return token
    throw new CliError(
      `${file} has no token of 32 characters or more in one line`,
      `(umask 077; openssl rand -hex 32 > ${file})`,
    )
  } finally {
    await opened.file.close()
  }
}

const listenAt = async (server: Server, address: ListenAddress): Promise<void> => {
  if (address.kind === 'unix') await removeStale(address.path)
  try {
    if (address.kind === 'tcp') server.listen(address.port, address.host)
    else {
      // A socket is made by this very call.
      const before = process.umask(0o177)
      try {
        server.listen(address.path)
      } finally {
        process.umask(before)
      }
    }
    await once(server, 'listening')
  } catch (error) {
    const at = address.kind === 'unix' ? address.path : shownOf(address)
    throw new CliError(
      `can't listen at ${at}: ${messageOf(error)}`,
      errnoOf(error) === 'EADDRINUSE' ? 'another process has it; choose another with --listen' : 'choose another',
    )
  }
}

const removeStale = async (path: string): Promise<void> => {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || !found.isSocket() || (await isServed(path))) return
  await unlink(path)
}

const isServed = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    const settle = (served: boolean): void => {
      socket.destroy()
      resolve(served)
    }
    socket.once('connect', () => settle(true)).once('error', (error) => settle(errnoOf(error) !== 'ECONNREFUSED'))
  })
