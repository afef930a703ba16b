import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { GitIndex } from '../drivers/git-index.ts'
import type { Clock } from './clock.ts'
import { messageOf } from './errno.ts'
import type { Folder } from './folder.ts'
import type { Logger } from './log.ts'
import type { StatusWriter } from './status-writer.ts'

/**
 * Keeps `git status` clean where a clean filter keeps `status` out of git.
 *
 * Flow: files that a status was written into are gathered for a moment, then git is told to look at them anew, at once
 *   for all. While git is at work (a rebase, a merge) no status is written into such files, as git would stop at them;
 *   when it is done, their bottles have their pass.
 * Guarantees: nothing happens without a write; the index is never written while git is at work; nothing waits for git
 *   but a status that git would stumble over; a failure changes nothing but what `git status` shows.
 * Caveats: for half a second after a write `git status` names the file.
 */
export interface GitAftercare {
  /** The writer, with this care taken. */
  readonly status: StatusWriter
  /** What is gathered is done now. */
  stop(): Promise<void>
}

const GATHER_MS = 500

export const createGitAftercare = (options: {
  readonly writer: StatusWriter
  readonly root: string
  readonly folder: Pick<Folder, 'gitAtWork'>
  /** undefined: there is nothing to take care of. */
  readonly git: GitIndex | undefined
  readonly clock: Pick<Clock, 'setTimer'>
  readonly log: Pick<Logger, 'debug'>
  /** A status was held and may be written now. */
  readonly onFree: (name: string) => void
  /** For the first status that is held. */
  readonly onHeld: (sign: string) => void
}): GitAftercare => {
  const { writer, root, folder, git, clock, log, onFree, onHeld } = options
  if (git === undefined) return { status: writer, stop: async () => undefined }
  let changed = new Set<string>()
  const held = new Set<string>()
  /** Whether git has the filter for it, while git is at work. */
  const filtered = new Map<string, boolean>()
  let timer: { cancel(): void } | undefined
  let running: Promise<void> | undefined
  let stopped = false
  let told = false

  const tell = async (): Promise<boolean> => {
    const paths = changed
    changed = new Set()
    try {
      if (paths.size === 0 || (await git.forget([...paths].map((path) => join(root, path)))) === 'done') return true
      for (const path of paths) changed.add(path)
      return false
    } catch (error) {
      log.debug(`git status may name files in which only status changed: ${messageOf(error)}`)
      return true
    }
  }

  const turn = async (): Promise<void> => {
    const free = (await folder.gitAtWork()) === undefined && (await tell())
    if (!free) return
    const names = [...held]
    held.clear()
    filtered.clear()
    told = false
    if (!stopped) for (const name of names) onFree(name)
  }

  const schedule = (): void => {
    if (stopped || timer !== undefined || running !== undefined) return
    timer = clock.setTimer(GATHER_MS, () => {
      timer = undefined
      running = turn()
        .catch((error: unknown) => log.debug(messageOf(error)))
        .finally(() => {
          running = undefined
          if (changed.size + held.size > 0) schedule()
        })
    })
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
        const written = await writer.write(target)
        if (written.kind === 'written') {
          changed.add(path)
          schedule()
        }
        return written
      },
    },
    stop: async () => {
      stopped = true
      timer?.cancel()
      await running
      if (changed.size > 0) await turn().catch(() => undefined)
    },
  }
}
