import { createHmac, randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { notePage } from '../../controller/state/page-note.ts'
import { createClock } from '../../controller/time/clock.ts'
import { createDisk } from '../../drivers/disk/disk.ts'
import { ownKey } from '../../drivers/disk/own-key.ts'
import { pageKeyFile, stateHome, userHome } from '../session/user-folders.ts'
import { createActions, LATEST_MS } from './actions.ts'
import { createApp } from './app.ts'
import { loadAssets } from './assets.ts'
import type { Place } from './captured.ts'
import { createLive } from './live.ts'
import { createUsages } from './usages.ts'

/**
 * The page that `--listen` serves: an inbox of asks, the bottles as they are, and what can be done with them.
 *
 * Guarantees: it reads the root's files and does what verbs of bottlectl do, by their code; its token outlives a restart, so that
 *   a page that is open comes back. Caveats: whoever may read the state folder may use it, as he may use bottlectl.
 */
export interface Page {
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void
  /** Where `bottlectl dashboard` finds it. */
  announce(at: string): Promise<void>
  close(): Promise<void>
}

export interface PageSetting {
  readonly root: string
  readonly lockDir: string
  readonly stateDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly tools: Place['tools']
  readonly warn: (why: string) => void
}

const SILENCE_MS = 10_000

export const openPage = async (
  { warn, ...folders }: PageSetting,
  setting: {
    /** That of `--listen-token-file`, and its file. */
    readonly given: { readonly token: string; readonly file: string } | undefined
    readonly isOwnHost: (host: string | undefined) => boolean
    readonly waitsFor: () => readonly string[]
  },
): Promise<Page> => {
  const { given, isOwnHost, waitsFor } = setting
  const ending = new AbortController()
  // One for each who looks.
  setMaxListeners(0, ending.signal)
  const place: Place = { ...folders, clock: createClock() }
  const token = given?.token ?? (await tokenOf(place))
  const live = createLive(place, { waitsFor, warn })
  const app = createApp({
    place,
    live,
    actions: createActions(place, ending.signal),
    usages: createUsages(place, ending.signal),
    assets: await loadAssets(),
    token,
    isOwnHost,
    signal: ending.signal,
  })
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  return {
    handle: (request, response) => {
      // An action may take longer to answer than who reads nothing is waited for.
      request.socket.setTimeout(request.method === 'POST' ? LATEST_MS + SILENCE_MS : SILENCE_MS)
      void listener(request, response)
    },
    announce: (at) => notePage(place.lockDir, given === undefined ? { at, token } : { at, tokenFile: given.file }),
    close: async () => {
      ending.abort()
      await live.close()
    },
  }
}

/**
 * The same at each start, for this user and state folder. A state folder may come along with a clone, whose author knows what
 * stands in it: the token is made of a key that no root has. Without a home it is another one each time.
 */
const tokenOf = async ({ lockDir, env }: Pick<Place, 'lockDir' | 'env'>): Promise<string> => {
  const hasHome = existsSync(stateHome(env)) || existsSync(userHome(env))
  const key = hasHome ? await ownKey(pageKeyFile(env), createDisk()).catch(() => undefined) : undefined
  if (key === undefined) return randomBytes(32).toString('hex')
  return createHmac('sha256', key).update(`bottled page\n${lockDir}`).digest('hex')
}
