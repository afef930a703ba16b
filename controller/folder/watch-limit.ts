import { readFileSync } from 'node:fs'
import { errnoOf } from '../../drivers/errno.ts'
import type { Clock } from '../time/clock.ts'

/** The kernel's limits of inotify: which one was reached, for how many folders, and whether it was raised since. */
export interface WatchLimit {
  /** As `sysctl` calls it. */
  readonly name: string
  readonly value: number
  /** Folders without a watch. */
  readonly folders: number
}

/** The host's, and that of the user namespace that we are in; outside of one they are the same. */
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  ENOSPC: ['fs.inotify.max_user_watches', 'user.max_inotify_watches'],
  EMFILE: ['fs.inotify.max_user_instances', 'user.max_inotify_instances'],
}
/** Other programs may have given watches back. */
const TRY_AGAIN_MS = 10 * 60_000

export const createWatchLimits = (clock: Pick<Clock, 'monotonicMs'>, valueOf: (name: string) => number = valueNow) => {
  /** The lower one is in the way. */
  const lower = ([host, own]: readonly [string, string]): string => (valueOf(own) < valueOf(host) ? own : host)
  let reached: { readonly name: string; readonly value: number; readonly paths: Set<string> } | undefined
  let since = 0
  return {
    /** True if it is about a limit. */
    note: (error: unknown): boolean => {
      const names = NAMES[errnoOf(error)]
      if (names === undefined) return false
      if (reached === undefined || !names.includes(reached.name)) {
        const name = lower(names)
        const value = valueOf(name)
        if (value === Infinity) return false
        reached = { name, value, paths: new Set() }
        since = clock.monotonicMs()
      }
      reached.paths.add(pathOf(error))
      return true
    },
    current: (): WatchLimit | undefined =>
      reached && { name: reached.name, value: reached.value, folders: reached.paths.size },
    clear: (): void => {
      reached = undefined
    },
    /** Worth another try: it is another one now, or some time has gone. */
    isLifted: (): boolean =>
      reached !== undefined && (valueOf(reached.name) !== reached.value || clock.monotonicMs() - since >= TRY_AGAIN_MS),
  }
}

/** Infinity where there is none: no such kernel, or one without user namespaces. */
const valueNow = (name: string): number => {
  try {
    return Number(readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8'))
  } catch {
    return Infinity
  }
}

const pathOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'path' in error ? String(error.path) : ''

/** In words, with the command that lifts it. */
export const wordsOfLimit = ({ name, value, folders }: WatchLimit, everyMs: number): string => {
  const enough = Math.max(value * 2, 2 ** Math.ceil(Math.log2(value + folders * 2)))
  const many = folders === 1 ? '1 folder has no watch' : `${folders} folders have no watch`
  return `${name} is ${value}: ${many}, so changes there are noticed within ${Math.ceil(everyMs / 1_000)} s; lift it: sysctl ${name}=${enough}`
}
