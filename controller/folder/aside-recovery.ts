import type { Stats } from 'node:fs'
import { lstat, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Aside, half, linkedName, newName, parseAside } from './aside-name.ts'
import { dropAside, keepCopy, putBack, restoreOver } from './aside-put-back.ts'
import type { OpenWriters } from './open-writers.ts'
import { readSafely } from './read-safely.ts'

/**
 * Ends what a crash left halfway, before anyone concludes that a file is gone.
 *
 * Guarantees: afterwards the name is there if its text is anywhere, unless a person has taken that away; a text that
 *   someone wrote into the old file is taken back; what only we wrote is dropped; of two texts by people none.
 * Caveats: a write of another process that is under way looks the same: it finds its file put back and begins again.
 *   What is younger than YOUNG_MS and not needed stays until the next sweep, for its sake.
 */
const YOUNG_MS = 200

export const recoverAsides = async (
  folder: string,
  {
    names,
    now,
    isBusy,
    writers,
  }: {
    readonly names: readonly string[]
    readonly now: number
    readonly isBusy: (file: string) => boolean
    readonly writers: OpenWriters
  },
): Promise<void> => {
  const groups = new Map<string, Found[]>()
  for (const path of names) {
    const aside = parseAside(path)
    if (aside === undefined || isBusy(join(folder, aside.name))) continue
    groups.set(aside.name, [...(groups.get(aside.name) ?? []), { ...aside, path: join(folder, path) }])
  }
  for (const [name, found] of groups) await recover(join(folder, name), found, { now, writers })
}

interface Found extends Aside {
  readonly path: string
}

interface Recovery {
  readonly now: number
  readonly writers: OpenWriters
}

const recover = async (file: string, found: readonly Found[], recovery: Recovery): Promise<void> => {
  const originals = found.filter(({ kind }) => kind === 'original')
  const [first] = await originalsFirst(originals)
  if (first !== undefined) {
    if ((await readSafely(file)).kind === 'gone' && !(await isTakenAway(first))) await putBack(first.path, file)
    for (const aside of originals) await settle(file, aside, recovery)
  }
  for (const { path, kind } of found)
    if (kind !== 'original' && !(await isYoung(path, recovery.now))) await rm(path, { force: true })
}

/**
 * A person moved or removed the text that took its place, before the crash or after it: the mark says that it once had the
 * name, or, where the crash came before the mark, a second link that it still has one elsewhere.
 */
const isTakenAway = async ({ path, old }: Found): Promise<boolean> => {
  const [marked, fresh] = await Promise.all([linkedName(path), newName(path)].map(statOf))
  if (marked === undefined && (fresh?.nlink ?? 0) < 2) return false
  const content = await readSafely(path)
  return content.kind === 'text' && half(content.sha256) === old
}

/** One that holds our own text, to be found under another's `fresh`, comes last. */
const originalsFirst = async (originals: readonly Found[]): Promise<readonly Found[]> => {
  const ours = new Set(originals.map(({ fresh }) => fresh))
  const ranked = await Promise.all(
    originals.map(async (aside) => {
      const content = await readSafely(aside.path)
      return { aside, rank: content.kind === 'text' && ours.has(half(content.sha256)) ? 1 : 0 }
    }),
  )
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ aside }) => aside)
}

const settle = async (file: string, aside: Found, { now, writers }: Recovery): Promise<void> => {
  const [taken, current] = [await readSafely(aside.path), await readSafely(file)]
  if (taken.kind === 'gone') return
  const isUntouched = taken.kind === 'text' && half(taken.sha256) === aside.old
  const isSameText = taken.kind === 'text' && current.kind === 'text' && taken.sha256 === current.sha256
  if (taken.kind === 'text' && (isUntouched || isSameText)) {
    if (await isYoung(aside.path, now)) return
    const isHeld = (await writers.of(taken.stat)) !== undefined
    if (!isHeld) await dropAside(aside.path)
    else if (current.kind === 'text' && half(current.sha256) === aside.fresh)
      await restoreOver(aside.path, { file, ours: [current.sha256] })
  } else if (current.kind === 'text' && half(current.sha256) === aside.fresh) {
    await restoreOver(aside.path, { file, ours: [current.sha256] })
  } else {
    await keepCopy(aside.path, file)
  }
}

const isYoung = async (path: string, now: number): Promise<boolean> => {
  const stat = await statOf(path)
  return stat !== undefined && Math.abs(now - stat.ctimeMs) < YOUNG_MS
}

const statOf = (path: string): Promise<Stats | undefined> => lstat(path).catch(() => undefined)
