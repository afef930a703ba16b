import { join } from 'node:path'
import { createWatch } from '../../controller/folder/watch.ts'
import type { Watch } from '../../controller/folder/watch.ts'
import { createBottleReader, REAL_FILES } from './bottles.ts'
import type { Changed, Files, Loaded } from './bottles.ts'
import type { Session } from '../session/session.ts'

/**
 * The bottles of a root, kept up to date.
 *
 * Flow: the first look reads everything; from the first `changed` on, the folder is watched as the controller watches it,
 *   and a look reads only what hints named.
 * Guarantees: no change between a look and the watch is missed; without hints everything is read every half minute;
 *   `close` ends the watches.
 * Caveats: a folder that can't be watched (the kernel's limit is reached) is read in full each second.
 */
export interface BottleFeed {
  look(): Promise<Loaded>
  /** Resolves when a look may show something new; at the latest after `ms`, or when the session is interrupted. */
  changed(ms?: number): Promise<void>
  close(): Promise<void>
}

const SWEEP_MS = 30_000
/** One save is several events. */
const SETTLE_MS = 15

type Where = Pick<Session, 'root' | 'stateDir' | 'clock' | 'signal'> & Partial<Pick<Session, 'lockDir' | 'env'>>

export const createBottleFeed = (session: Where, disk: Files = REAL_FILES): BottleFeed => {
  const { root, stateDir, lockDir, clock, signal } = session
  // A run of the other kind, or the first one, may begin meanwhile: its state is in another folder.
  const states = lockDir === undefined ? [stateDir] : [lockDir, join(lockDir, 'simulated')]
  const read = createBottleReader(session, disk)
  let files: Set<string> | 'all' = 'all'
  let state: Set<string> | 'all' = 'all'
  let watches: Promise<readonly Watch[]> | undefined
  let sweptAt = 0
  let wake = (): void => {}

  const isPending = (): boolean => files === 'all' || state === 'all' || files.size + state.size > 0

  const onFile = (path: string | undefined): void => {
    if (path === undefined) files = 'all'
    else if (files !== 'all') files.add(path)
    wake()
  }
  const onState = (path: string | undefined): void => {
    if (path === undefined) state = 'all'
    else if (state !== 'all') state.add(path.split('/')[0] ?? '')
    wake()
  }
  const startWatching = (): Promise<readonly Watch[]> =>
    Promise.all([
      createWatch({ root, clock, onHint: onFile }),
      ...states.map((state) => createWatch({ root: join(state, 'bottles'), clock, onHint: onState })),
    ])

  const hint = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        timer.cancel()
        signal.removeEventListener('abort', done)
        wake = () => {}
        resolve()
      }
      const timer = clock.setTimer(ms, done)
      signal.addEventListener('abort', done, { once: true })
      wake = done
    })

  return {
    look: async () => {
      const due: Changed = { files, state }
      if (files === 'all') sweptAt = clock.monotonicMs()
      files = new Set()
      state = new Set()
      return read(due)
    },
    changed: async (ms = Number.POSITIVE_INFINITY) => {
      if (signal.aborted) return
      if (watches === undefined) {
        watches = startWatching()
        await watches
        // Something may have changed before the watch began.
        files = 'all'
        state = 'all'
        return
      }
      const untilSweep = sweptAt + SWEEP_MS - clock.monotonicMs()
      if (!isPending()) await hint(Math.max(0, Math.min(ms, untilSweep)))
      if (signal.aborted) return
      if (isPending()) await clock.sleep(SETTLE_MS, signal).catch(() => undefined)
      else if (clock.monotonicMs() >= sweptAt + SWEEP_MS) {
        for (const watch of await watches) await watch.check()
        files = 'all'
        state = 'all'
      }
    },
    close: async () => {
      for (const watch of (await watches) ?? []) await watch.close()
    },
  }
}

/** Closes the feed with the work: an open watch keeps the process alive. */
export const withFeed = async <Result>(
  session: Where,
  work: (feed: BottleFeed) => Promise<Result>,
): Promise<Result> => {
  const feed = createBottleFeed(session)
  try {
    return await work(feed)
  } finally {
    await feed.close()
  }
}
