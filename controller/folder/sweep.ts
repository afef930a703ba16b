import type { BigIntStats, Dirent } from 'node:fs'
import { lstat, readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAside } from './aside-name.ts'
import { isCandidateFolder, isCandidateName } from './candidate-name.ts'
import type { Clock } from '../time/clock.ts'
import { errnoOf, unless } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import { recoverAsides } from './aside-recovery.ts'
import { readSafely } from './read-safely.ts'

/**
 * The truth about which files there are: watches lose events.
 *
 * Flow: list each folder, put back what a crash left aside, stamp each candidate.
 * Guarantees: what can't be read makes the whole answer unknown, never shorter; a stamp is equal only if the content
 *   is: while a file is young enough for two changes to bear one time, its hash is part of it.
 * Caveats: folders that are symbolic links are not entered.
 */
export type Swept =
  | { readonly ok: true; readonly files: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly why: string }

export interface Sweeper {
  sweep(signal?: AbortSignal): Promise<Swept>
  /** The stamp of one file now; undefined if it isn't there. */
  stamp(path: string): Promise<string | undefined>
  /** Folders under the root that are repositories of their own. */
  repositories(): readonly string[]
}

const YOUNG_MS = 2_000
const AT_ONCE = 32
const LOOKS = 7

export const createSweeper = (options: {
  readonly root: string
  readonly clock: Pick<Clock, 'now'>
  readonly isBusy: (file: string) => boolean
}): Sweeper => {
  const { root, clock, isBusy } = options
  /** Stamps that need no second look while the numbers in them stay. */
  let settled = new Map<string, { readonly numbers: string; readonly stamp: string }>()
  let last: ReadonlySet<string> = new Set()
  let repositories: readonly string[] = []

  const stamp = async (path: string): Promise<string | undefined> => {
    const file = join(root, path)
    const stat = await lstat(file, { bigint: true }).catch(unless('ENOENT', 'ENOTDIR'))
    if (stat === undefined) return undefined
    const target = stat.isSymbolicLink() ? await linked(file) : undefined
    const numbers = target === undefined ? numbersOf(stat) : `${numbersOf(stat)}>${target.text}`
    const known = settled.get(path)
    if (known?.numbers === numbers) return known.stamp
    const newest = Math.max(
      ...[stat, target?.stat].flatMap((each) => (each ? [Number(each.mtimeMs), Number(each.ctimeMs)] : [])),
    )
    const isYoung = clock.now() - newest < YOUNG_MS
    const content = isYoung ? await readSafely(target?.file ?? file) : undefined
    const made = content?.kind === 'text' ? `${numbers}:${content.sha256}` : numbers
    if (!isYoung) settled.set(path, { numbers, stamp: made })
    return made
  }

  const walk = async (prefix: string, found: Found, signal: AbortSignal | undefined): Promise<void> => {
    signal?.throwIfAborted()
    const folder = join(root, prefix)
    let entries = await list(folder, prefix)
    const asides = entries.flatMap(({ name }) => parseAside(name)?.name ?? [])
    if (asides.length > 0) {
      // Listed again, it may be between its two names: what is aside is there, until a look of its own says otherwise.
      for (const name of asides) if (isCandidateName(name)) found.missed.add(prefix + name)
      await recoverAsides(await realpath(folder), { names: entries.map(({ name }) => name), now: clock.now(), isBusy })
      entries = await list(folder, prefix)
    }
    if (prefix !== '' && entries.some(({ name }) => name === '.git')) found.repositories.push(folder)
    const files = entries.filter((entry) => !entry.isDirectory() && isCandidateName(entry.name))
    await inGroups(files, async ({ name }) => {
      const path = prefix + name
      const made = await stamp(path)
      if (made === undefined) found.missed.add(path)
      else found.files.set(path, made)
    })
    for (const entry of entries) {
      if (entry.isDirectory() && isCandidateFolder(entry.name)) await walk(`${prefix}${entry.name}/`, found, signal)
    }
  }

  /** Another process may have had it aside in just that moment, or a listing may have missed both its names. */
  const lookAgain = async (path: string, found: Found): Promise<void> => {
    const folder = join(root, dirname(path))
    for (let look = 0; look < LOOKS; look += 1) {
      const made = await stamp(path)
      if (made !== undefined) {
        found.files.set(path, made)
        return
      }
      const names = (await readdir(folder).catch(unless('ENOENT', 'ENOTDIR'))) ?? []
      const asides = names.filter((name) => parseAside(name)?.name === basename(path))
      if (asides.length > 0) await recoverAsides(await realpath(folder), { names: asides, now: clock.now(), isBusy })
      else if (look > 0) return
      await sleep(2 ** look)
    }
  }

  return {
    stamp,
    repositories: () => repositories,
    sweep: async (signal) => {
      const found: Found = { files: new Map(), missed: new Set(), repositories: [] }
      try {
        const before = await lstat(await realpath(root), { bigint: true })
        await walk('', found, signal)
        for (const path of new Set([...last, ...found.missed])) if (!found.files.has(path)) await lookAgain(path, found)
        const after = await lstat(await realpath(root), { bigint: true })
        if (before.ino !== after.ino || before.dev !== after.dev)
          return { ok: false, why: `${root} was replaced while it was read` }
      } catch (error) {
        signal?.throwIfAborted()
        if (errnoOf(error) === '') throw error
        return { ok: false, why: `cannot read ${root}: ${messageOf(error)}` }
      }
      settled = new Map([...settled].filter(([path]) => found.files.has(path)))
      last = new Set(found.files.keys())
      repositories = found.repositories
      return { ok: true, files: found.files }
    },
  }
}

interface Found {
  readonly files: Map<string, string>
  /** Listed, and gone when looked at. */
  readonly missed: Set<string>
  readonly repositories: string[]
}

/** A folder that went between the listing of its parent and now is empty, the root isn't. */
const list = async (folder: string, prefix: string): Promise<readonly Dirent[]> => {
  const entries = readdir(folder, { withFileTypes: true })
  return (await (prefix === '' ? entries : entries.catch(unless('ENOENT', 'ENOTDIR')))) ?? []
}

const linked = async (
  file: string,
): Promise<{ readonly file: string; readonly stat: BigIntStats | undefined; readonly text: string }> => {
  const target = await realpath(file).catch(() => file)
  const stat = target === file ? undefined : await lstat(target, { bigint: true }).catch(() => undefined)
  return { file: target, stat, text: stat === undefined ? 'nothing' : numbersOf(stat) }
}

const numbersOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(':')

const inGroups = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(work))
}
