import { type BigIntStats, type Dirent } from 'node:fs'
import { lstat, readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAside } from './aside-name.ts'
import { isCandidateFolder, isCandidateName } from './candidate-name.ts'
import type { Clock } from '../time/clock.ts'
import { type Entries, entriesOf } from './entries.ts'
import { errnoOf, unless } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import type { MountMemory } from './mount-memory.ts'
import { createMounts, type Mounts, mountsBelow } from './mounts-below.ts'
import { YOUNG_MS as ASIDE_MS, recoverAsides } from './aside-recovery.ts'
import type { OpenWriters } from './open-writers.ts'
import { readSafely } from './read-safely.ts'
import type { Root } from './root-identity.ts'
import { strangeFiles } from './strange-files.ts'

/**
 * The truth about which files there are: watches lose events.
 *
 * Flow: list each folder, put back what a crash left aside, stamp each candidate.
 * Guarantees: a root that can't be read, or isn't the one that it was, makes the whole answer unknown; a folder in it that
 *   can't be read makes only that folder unknown, and so does a mount that came or went; a root that was turned to a
 *   folder without any file counts as unknown; a stamp is equal only if the content is: while a file is young enough for
 *   two changes to have one time, its hash is part of it.
 * Caveats: folders that are symbolic links are not entered.
 */
export type Swept =
  | {
      readonly ok: true
      readonly files: ReadonlyMap<string, string>
      /** What was in them before may be there still. */
      readonly unreadable: readonly UnreadableFolder[]
    }
  /** `replaced`: another folder is in the root's place. */
  | { readonly ok: false; readonly why: string; readonly replaced?: boolean }

export interface UnreadableFolder {
  /** Relative to the root, with a `/` at the end. */
  readonly path: string
  readonly why: string
}

export interface Sweeper {
  sweep(signal?: AbortSignal): Promise<Swept>
  /** The stamp of one file now; undefined if it isn't there. */
  stamp(path: string): Promise<string | undefined>
  /** The real path, in bytes, of a file that was listed by a name that isn't UTF-8. */
  strange(path: string): Buffer | undefined
  /** Folders under the root that are repositories of their own. */
  repositories(): readonly string[]
  /** A person said that what is mounted below the root is as it should be. True if that wasn't known. */
  acceptMounts(): boolean
}

const YOUNG_MS = 2_000
const AT_ONCE = 32
const LOOKS = 7

export const createSweeper = (options: {
  readonly root: Root
  readonly clock: Pick<Clock, 'now'>
  readonly isBusy: (file: string) => boolean
  readonly writers: OpenWriters
  readonly memory: MountMemory
}): Sweeper => {
  const { root, clock, isBusy, writers, memory } = options
  /** Stamps that need no second look while the numbers in them stay. */
  let settled = new Map<string, { readonly numbers: string; readonly stamp: string }>()
  let last: ReadonlySet<string> = new Set()
  let strange: ReadonlyMap<string, Buffer> = new Map()
  let repositories: readonly string[] = []
  let mounts: Mounts | undefined

  /** What an earlier run saw on mounts counts as seen. */
  const recall = async (): Promise<Mounts> => {
    const { points, files } = await memory.recall()
    last = files
    return createMounts(points)
  }

  const stamp = async (path: string): Promise<string | undefined> => {
    const file = join(root.path, path)
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
    let folders: readonly Dirent[]
    try {
      folders = await lookInto(prefix, found)
    } catch (error) {
      if (prefix === '' || errnoOf(error) === '') throw error
      found.unreadable.push({ path: prefix, why: messageOf(error) })
      return
    }
    for (const { name } of folders) await walk(`${prefix}${name}/`, found, signal)
  }

  /** Stamps the candidates of one folder. Returns the folders in it. */
  const lookInto = async (prefix: string, found: Found): Promise<readonly Dirent[]> => {
    const folder = join(root.path, prefix)
    let { plain, strange: others } = await list(folder, prefix)
    const asides = plain.flatMap(({ name }) => parseAside(name)?.name ?? [])
    if (asides.length > 0) {
      // A listing can fall between rename and link: a file with an aside counts as present until it is looked at again.
      for (const name of asides) if (isCandidateName(name)) found.missed.add(prefix + name)
      const names = plain.map(({ name }) => name)
      const finish = async (): Promise<boolean> =>
        recoverAsides(await realpath(folder), { names, now: clock.now(), isBusy, writers })
      // What a process killed just now left is young: --once has no later sweep.
      if (await finish()) {
        await sleep(ASIDE_MS)
        await finish()
      }
      ;({ plain, strange: others } = await list(folder, prefix))
    }
    if (prefix !== '' && plain.some(({ name }) => name === '.git')) found.repositories.push(folder)
    const files = plain.filter((entry) => !entry.isDirectory() && isCandidateName(entry.name))
    await inGroups(files, async ({ name }) => {
      const path = prefix + name
      const made = await stamp(path)
      if (made === undefined) found.missed.add(path)
      else found.files.set(path, made)
    })
    for (const each of await strangeFiles(others, { folder: Buffer.from(folder), prefix })) {
      if (each.kind === 'unreadable') found.unreadable.push(each)
      else {
        found.strange.set(each.path, each.bytes)
        found.files.set(each.path, numbersOf(each.stat))
      }
    }
    return plain.filter((entry) => entry.isDirectory() && isCandidateFolder(entry.name))
  }

  /** Another process may have had it aside in just that moment, or a listing may have missed both its names. */
  const lookAgain = async (path: string, found: Found): Promise<void> => {
    const folder = join(root.path, dirname(path))
    for (let look = 0; look < LOOKS; look += 1) {
      const made = await stamp(path)
      if (made !== undefined) {
        found.files.set(path, made)
        return
      }
      const names = (await readdir(folder).catch(unless('ENOENT', 'ENOTDIR'))) ?? []
      const asides = names.filter((name) => parseAside(name)?.name === basename(path))
      if (asides.length > 0)
        await recoverAsides(await realpath(folder), { names: asides, now: clock.now(), isBusy, writers })
      else if (look > 0) return
      await sleep(2 ** look)
    }
  }

  return {
    stamp,
    strange: (path) => strange.get(path),
    repositories: () => repositories,
    acceptMounts: () => mounts?.accept() === true,
    sweep: async (signal) => {
      const found: Found = { files: new Map(), strange: new Map(), missed: new Set(), unreadable: [], repositories: [] }
      const hidden = (path: string): boolean => found.unreadable.some((folder) => path.startsWith(folder.path))
      try {
        const before = await root.look()
        if (before.kind === 'unknown') return { ok: false, why: before.why, replaced: before.replaced }
        mounts ??= await recall()
        await walk('', found, signal)
        for (const path of new Set([...last, ...found.missed]))
          if (!found.files.has(path) && !hidden(path)) await lookAgain(path, found)
        for (const path of mounts.changed(await mountsBelow(before.real), last, found.files))
          found.unreadable.push({
            path,
            why: 'what is mounted there is not what was: mount it again, or bottlectl confirm-deletes',
          })
        const after = await root.look()
        if (after.kind === 'unknown') return { ok: false, why: after.why }
        if (after.real !== before.real) return { ok: false, why: `${root.path} was turned while it was read` }
        if (after.turned && found.files.size === 0 && last.size > 0)
          return { ok: false, why: `${root.path} leads to ${after.real} now, where no file is`, replaced: true }
        await root.remember()
      } catch (error) {
        signal?.throwIfAborted()
        if (errnoOf(error) === '') throw error
        return { ok: false, why: `cannot read ${root.path}: ${messageOf(error)}` }
      }
      settled = new Map([...settled].filter(([path]) => found.files.has(path) || hidden(path)))
      last = new Set([...found.files.keys(), ...[...last].filter(hidden)].filter((path) => !found.strange.has(path)))
      await memory.note({ points: mounts.known(), files: last })
      strange = found.strange
      repositories = found.repositories
      return { ok: true, files: found.files, unreadable: found.unreadable }
    },
  }
}

interface Found {
  readonly files: Map<string, string>
  readonly strange: Map<string, Buffer>
  /** Listed, and gone when looked at. */
  readonly missed: Set<string>
  readonly unreadable: UnreadableFolder[]
  readonly repositories: string[]
}

/** A folder that went between the listing of its parent and now is empty, the root isn't. */
const list = async (folder: string, prefix: string): Promise<Entries> => {
  const entries = entriesOf(folder)
  return (await (prefix === '' ? entries : entries.catch(unless('ENOENT', 'ENOTDIR')))) ?? { plain: [], strange: [] }
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
