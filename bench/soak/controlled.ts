import { readdirSync } from 'node:fs'
import { openListener } from '../../cli/listen/listen.ts'
import type { Break } from '../../drivers/simulated/breaks.ts'
import { noteRun } from '../../controller/state/last-run.ts'
import { acquireLock } from '../../controller/state/lock.ts'
import { notedPage } from '../../controller/state/page-note.ts'
import { openFleet } from '../fleet.ts'

/**
 * The controller of a soak, as a process of its own: simulated drivers, real files, the page. It is told what breaks, and asked
 * what it uses. `node --expose-gc`.
 */
export type Told = { readonly changes: readonly Break[] } | { readonly measure: number } | 'stop'
export interface Used {
  readonly measure: number
  readonly rssMB: number
  readonly heapMB: number
  readonly descriptors: number
  readonly timers: number
}
export type Says = Used | { readonly at: string; readonly token: string }

/** Far more often than the default, which is 60 s and 2 s. */
const RESYNC_MS = 2_000
const POLL_MS = 100
/** So many asks an agent repeats: a real one forgets them at a start of its bundle. */
const MOST_ASKS = 8

const root = process.argv[2] ?? ''
const say = (says: Says): void => void process.send?.(says)
const base = `${root}/.bottled`
const lock = await acquireLock(base, { simulated: true })
await noteRun(base, true)
const { manager, world, change, close } = await openFleet({
  root,
  resyncMs: RESYNC_MS,
  pollMs: POLL_MS,
  graceMs: 50,
  undoMs: 600,
  allowMassDelete: true,
})
const listener = await openListener(
  { kind: 'tcp', host: '127.0.0.1', port: 0, isLoopback: true },
  {
    tokenFile: undefined,
    page: {
      root,
      lockDir: base,
      stateDir: `${base}/simulated`,
      tools: { smolvm: 'smolvm' },
      env: { ...process.env, XDG_STATE_HOME: `${base}/home` },
      warn: (why) => console.error(why),
    },
  },
)
listener.watch(manager.state)
process.on('message', (told: Told) => {
  if (told === 'stop') {
    void listener
      .close()
      .then(close)
      .then(() => lock.release())
      .finally(() => process.exit(0))
    return
  }
  if ('changes' in told) {
    for (const each of told.changes) change(each)
    forget()
    return
  }
  globalThis.gc?.()
  const { rss, heapUsed } = process.memoryUsage()
  say({
    measure: told.measure,
    rssMB: rss / 1e6,
    heapMB: heapUsed / 1e6,
    descriptors: readdirSync('/proc/self/fd').length,
    timers: process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length,
  })
})
const note = await notedPage(base)
say({ at: listener.at, token: note?.token ?? '' })

/** The world remembers what every agent ever asked; ours forgets as bundles do. */
function forget(): void {
  for (const [name, { seq, asks }] of Object.entries(world.asked ?? {}))
    if (asks.length > MOST_ASKS) world.asked = { ...world.asked, [name]: { seq, asks: asks.slice(-MOST_ASKS) } }
}
