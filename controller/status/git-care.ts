import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { GitIndex } from '../../drivers/git/git-index.ts'
import { createBatches } from './batches.ts'
import type { Clock, Timer } from '../time/clock.ts'
import { messageOf } from '../../drivers/message.ts'
import type { Folder } from '../folder/folder.ts'
import type { Logger } from '../report/log.ts'
import type { StatusWriter } from './status-writer.ts'

/**
 * Keeps `git status` clean where a clean filter keeps `status` out of git.
 *
 * Flow: before a status is written git is told to compare the content of that file from now on; writes at the same time
 *   are told together. A look of git's that has begun by then may end later, and note the file as it was: for a while
 *   the index is watched for that, and mended. While git is at work (a rebase, a merge) no status is written into such
 *   files, as git would stop at them; when it is done, their bottles have their pass.
 * Guarantees: nothing happens without a write; the index is never written while git is at work; a status waits a second
 *   for git at most, and as long as it works; a failure changes nothing but what `git status` shows.
 * Caveats: a look of git's in the very moment of a write may name that file.
 */
export interface GitCare {
  /** The writer, with this care taken. */
  readonly status: StatusWriter
  /** What is gathered is done now. */
  stop(): Promise<void>
}

const AHEAD_MS = 1_000
const TRIES = 20
/** How often, and for how long after a write, the index is looked at: some `stat`s, and git only if it changed. */
const SOON_MS = 100
const LATER_MS = 1_000
const SOON_FOR_MS = 3_000
const WATCH_MS = 20_000
/** The looks of many files take no more than a tenth of the time. */
const SHARE = 10
/** For so long it counts as known that there is no filter here. */
const FOREIGN_MS = 5_000

export const createGitCare = (options: {
  readonly writer: StatusWriter
  readonly root: string
  readonly folder: Pick<Folder, 'gitAtWork'>
  /** undefined: there is nothing to take care of. */
  readonly git: GitIndex | undefined
  readonly clock: Pick<Clock, 'setTimer' | 'sleep' | 'monotonicMs'>
  readonly log: Pick<Logger, 'debug'>
  /** A status was held and may be written now. */
  readonly onFree: (name: string) => void
  /** For the first status that is held. */
  readonly onHeld: (sign: string) => void
}): GitCare => {
  const { writer, root, folder, git, clock, log, onFree, onHeld } = options
  if (git === undefined) return { status: writer, stop: async () => undefined }
  /** When a status was last written into it, in monotonic milliseconds. */
  const written = new Map<string, number>()
  const held = new Set<string>()
  /** Whether git has the filter for it, while git is at work. */
  const filtered = new Map<string, boolean>()
  let timer: (Timer & { readonly dueMs: number }) | undefined
  let tookMs = 0
  let running: Promise<void> | undefined
  let stopped = false
  let told = false
  let foreignUntilMs = -Infinity

  const isForeign = (): boolean => clock.monotonicMs() < foreignUntilMs

  /** True if it has to be told again. */
  const tell = async (ask: GitIndex['forget'], paths: readonly string[]): Promise<boolean> => {
    try {
      const end = paths.length === 0 ? 'done' : await ask(paths.map((path) => join(root, path)))
      if (end === 'foreign') foreignUntilMs = clock.monotonicMs() + FOREIGN_MS
      return end === 'busy'
    } catch (error) {
      log.debug(`git status may name files in which only status changed: ${messageOf(error)}`)
      return false
    }
  }

  const forget = createBatches(async (paths) => {
    for (let tries = 1; (await tell(git.forget, paths)) && tries < TRIES; tries++) await clock.sleep(AHEAD_MS / TRIES)
  })

  const ahead = async (path: string): Promise<void> => {
    if (isForeign()) return
    let late: Timer | undefined
    const patience = new Promise<void>((resolve) => (late = clock.setTimer(AHEAD_MS, resolve)))
    await Promise.race([forget(path), patience])
    late?.cancel()
  }

  const mend = async (): Promise<void> => {
    const begunMs = clock.monotonicMs()
    await tell(git.mend, [...written.keys()])
    tookMs = clock.monotonicMs() - begunMs
    for (const [path, at] of written) if (begunMs - at > WATCH_MS || (isForeign() && at < begunMs)) written.delete(path)
  }

  const turn = async (): Promise<void> => {
    if ((await folder.gitAtWork()) !== undefined) return
    await mend()
    const names = [...held]
    held.clear()
    filtered.clear()
    told = false
    if (!stopped) for (const name of names) onFree(name)
  }

  const schedule = (): void => {
    if (stopped || running !== undefined) return
    const nowMs = clock.monotonicMs()
    const soon = !isForeign() && nowMs - Math.max(...written.values()) < SOON_FOR_MS
    const delayMs = Math.max(soon ? SOON_MS : LATER_MS, tookMs * SHARE)
    if (timer !== undefined && timer.dueMs <= nowMs + delayMs) return
    timer?.cancel()
    const { cancel } = clock.setTimer(delayMs, () => {
      timer = undefined
      running = turn()
        .catch((error: unknown) => log.debug(messageOf(error)))
        .finally(() => {
          running = undefined
          if (written.size + held.size > 0) schedule()
        })
    })
    timer = { cancel, dueMs: nowMs + delayMs }
  }

  const holds = async (path: string, name: string): Promise<boolean> => {
    const sign = await folder.gitAtWork()
    if (sign === undefined) return false
    const file = join(root, path)
    const mine = filtered.get(path) ?? (await git.filtered([file]).catch(() => new Set<string>())).has(file)
    filtered.set(path, mine)
    if (!mine) return false
    held.add(name)
    if (!told && sign !== 'index.lock') onHeld(sign)
    told ||= sign !== 'index.lock'
    schedule()
    return true
  }

  return {
    status: {
      write: async (target) => {
        const { path, name = '', status: before } = target.document
        if (isDeepStrictEqual(before, target.status) || (await holds(path, name))) return { kind: 'unchanged' }
        await ahead(path)
        const result = await writer.write(target)
        if (result.kind === 'written') {
          written.set(path, clock.monotonicMs())
          schedule()
        }
        return result
      },
    },
    stop: async () => {
      stopped = true
      timer?.cancel()
      await running
      if (written.size > 0) await turn().catch(() => undefined)
    },
  }
}
