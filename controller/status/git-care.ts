import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { GitIndex } from '../../drivers/git/git-index.ts'
import { createBatches } from './batches.ts'
import type { Clock, Timer } from '../time/clock.ts'
import { messageOf } from '../../drivers/message.ts'
import type { Folder } from '../folder/folder.ts'
import type { Logger } from '../report/log.ts'
import type { StatusTarget, Written } from './status-writer.ts'

/**
 * Keeps `git status` clean where a clean filter keeps `status` out of git.
 *
 * Flow: before each write git forgets the file's stat, so it compares the content. A `git status` already running may record
 *   the old size after us, so for 20 s the index is watched and mended. During a rebase or merge no status is written into
 *   filtered files, as git would stop at them; afterwards their bottles have a pass.
 * Guarantees: nothing happens without a write; the index is never written while git is at work; a status waits at most a
 *   second for git; a failure only affects what `git status` shows, as does a `git status` in the moment of a write.
 */
export interface GitCare {
  /** Takes care of git around `write`; 'unchanged' if the status is already there or has to wait for git. */
  around(target: StatusTarget, write: () => Promise<Written>): Promise<Written>
  /** Mends the index once more, then does nothing any longer. */
  stop(): Promise<void>
}

const PATIENCE_MS = 1_000
const TRIES = 20
/** How often, and for how long after a write, the index is checked: some `stat`s, and git only if it changed. */
const SOON_MS = 100
const LATER_MS = 1_000
const SOON_FOR_MS = 3_000
const WATCH_MS = 20_000
/** Checking takes at most a tenth of the time, however many files there are. */
const SHARE = 10
/** After git answered that there is no filter here, it isn't asked again for this long. */
const FOREIGN_MS = 5_000

export const createGitCare = (options: {
  readonly root: string
  readonly folder: Pick<Folder, 'gitAtWork'>
  /** Undefined where there is nothing to take care of. */
  readonly git: GitIndex | undefined
  readonly clock: Pick<Clock, 'setTimer' | 'sleep' | 'monotonicMs'>
  readonly log: Pick<Logger, 'debug'>
  /** A status had to wait for git and may be written now. */
  readonly onFree: (name: string) => void
  /** Called for the first status that has to wait. */
  readonly onHeld: (sign: string) => void
}): GitCare => {
  const { root, folder, git, clock, log, onFree, onHeld } = options
  if (git === undefined) return { around: (_, write) => write(), stop: async () => undefined }
  /** By path: when a status was last written, in monotonic milliseconds. */
  const writtenAt = new Map<string, number>()
  /** Names of bottles whose status waits for git. */
  const held = new Set<string>()
  /** By path: whether git has the filter for the file. Kept while git is at work. */
  const filtered = new Map<string, boolean>()
  let timer: (Timer & { readonly dueMs: number }) | undefined
  let tookMs = 0
  let running: Promise<void> | undefined
  let stopped = false
  let isHeldReported = false
  let foreignUntilMs = -Infinity

  const isForeign = (): boolean => clock.monotonicMs() < foreignUntilMs

  /** True if git was busy and has to be asked again. */
  const askGit = async (ask: GitIndex['forget'], paths: readonly string[]): Promise<boolean> => {
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
    for (let tries = 1; (await askGit(git.forget, paths)) && tries < TRIES; tries++)
      await clock.sleep(PATIENCE_MS / TRIES)
  })

  const forgetInTime = async (path: string): Promise<void> => {
    if (isForeign()) return
    let late: Timer | undefined
    const patience = new Promise<void>((resolve) => (late = clock.setTimer(PATIENCE_MS, resolve)))
    await Promise.race([forget(path), patience])
    late?.cancel()
  }

  const mend = async (): Promise<void> => {
    const begunMs = clock.monotonicMs()
    await askGit(git.mend, [...writtenAt.keys()])
    tookMs = clock.monotonicMs() - begunMs
    for (const [path, at] of writtenAt)
      if (begunMs - at > WATCH_MS || (isForeign() && at < begunMs)) writtenAt.delete(path)
  }

  const check = async (): Promise<void> => {
    if ((await folder.gitAtWork()) !== undefined) return
    await mend()
    const names = [...held]
    held.clear()
    filtered.clear()
    isHeldReported = false
    if (!stopped) for (const name of names) onFree(name)
  }

  const schedule = (): void => {
    if (stopped || running !== undefined) return
    const nowMs = clock.monotonicMs()
    const soon = !isForeign() && nowMs - Math.max(...writtenAt.values()) < SOON_FOR_MS
    const delayMs = Math.max(soon ? SOON_MS : LATER_MS, tookMs * SHARE)
    if (timer !== undefined && timer.dueMs <= nowMs + delayMs) return
    timer?.cancel()
    const { cancel } = clock.setTimer(delayMs, () => {
      timer = undefined
      running = check()
        .catch((error: unknown) => log.debug(messageOf(error)))
        .finally(() => {
          running = undefined
          if (writtenAt.size + held.size > 0) schedule()
        })
    })
    timer = { cancel, dueMs: nowMs + delayMs }
  }

  const hasToWait = async (path: string, name: string): Promise<boolean> => {
    const sign = await folder.gitAtWork()
    if (sign === undefined) return false
    const file = join(root, path)
    const isFiltered = filtered.get(path) ?? (await git.filtered([file]).catch(() => new Set<string>())).has(file)
    filtered.set(path, isFiltered)
    if (!isFiltered) return false
    held.add(name)
    if (!isHeldReported && sign !== 'index.lock') onHeld(sign)
    isHeldReported ||= sign !== 'index.lock'
    schedule()
    return true
  }

  return {
    around: async ({ document, status }, write) => {
      const { path, name = '', status: before } = document
      if (isDeepStrictEqual(before, status) || (await hasToWait(path, name))) return { kind: 'unchanged' }
      await forgetInTime(path)
      const written = await write()
      if (written.kind === 'written') {
        writtenAt.set(path, clock.monotonicMs())
        schedule()
      }
      return written
    },
    stop: async () => {
      stopped = true
      timer?.cancel()
      await running
      if (writtenAt.size > 0) await check().catch(() => undefined)
    },
  }
}
