import type { Stats } from 'node:fs'
import { lstat, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Aside, half, linkedName, newName, parseAside } from './aside-name.ts'
import { dropAside, keepCopy, putBack, restoreOver } from './aside-put-back.ts'
import type { OpenWriters } from './open-writers.ts'
import { readSafely } from './read-safely.ts'

/**
 * Finishes a write that a crash interrupted, before anyone concludes that a file is gone.
 *
 * Guarantees: a file whose text still exists has its name again, unless a person removed it; a text that someone wrote into
 *   the old file is restored; only text that we wrote ourselves is dropped; of two people's texts both stay.
 * Caveats: another process's write in progress looks the same: it finds its file put back and starts again. Files younger
 *   than YOUNG_MS stay for that reason.
 */
export const YOUNG_MS = 200

/** True: some are too young yet. */

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
): Promise<boolean> => {
  const groups = new Map<string, Found[]>()
  for (const path of names) {
    const aside = parseAside(path)
    if (aside === undefined || isBusy(join(folder, aside.name))) continue
    groups.set(aside.name, [...(groups.get(aside.name) ?? []), { ...aside, path: join(folder, path) }])
  }
  let isLeft = false
  for (const [name, found] of groups) isLeft = (await recover(join(folder, name), found, { now, writers })) || isLeft
  return isLeft
}

/** The same for one file, by who is about to write it. */
export const recoverAsidesOf = async (file: string, recovery: Recovery): Promise<void> => {
  const names = (await readdir(dirname(file))).filter((name) => parseAside(name)?.name === basename(file))
  if (names.length > 0) await recoverAsides(dirname(file), { ...recovery, names, isBusy: () => false })
}

interface Found extends Aside {
  readonly path: string
}

interface Recovery {
  readonly now: number
  readonly writers: OpenWriters
}

const recover = async (file: string, found: readonly Found[], recovery: Recovery): Promise<boolean> => {
  let isLeft = false
  const originals = found.filter(({ kind }) => kind === 'original')
  const [first] = await originalsFirst(originals)
  if (first !== undefined) {
    if ((await readSafely(file)).kind === 'gone' && !(await isTakenAway(first))) await putBack(first.path, file)
    for (const aside of originals) isLeft = (await settle(file, aside, recovery)) || isLeft
  }
  for (const { path } of found.filter(({ kind }) => kind !== 'original'))
    if (await isYoung(path, recovery.now)) isLeft = true
    else await rm(path, { force: true })
  return isLeft
}

/**
 * A person moved or removed the new text, before or after the crash: the mark says that it once had the name; where the
 * crash came before the mark, a second link says that it still has one elsewhere.
 */
const isTakenAway = async ({ path, old }: Found): Promise<boolean> => {
  const [marked, fresh] = await Promise.all([linkedName(path), newName(path)].map(statOf))
  if (marked === undefined && (fresh?.nlink ?? 0) < 2) return false
  const content = await readSafely(path)
  return content.kind === 'text' && half(content.sha256) === old
}

/** Originals that hold text we wrote ourselves (another one's `fresh`) are tried last. */
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

/** True: it is too young yet. */
const settle = async (file: string, aside: Found, { now, writers }: Recovery): Promise<boolean> => {
  const [taken, current] = [await readSafely(aside.path), await readSafely(file)]
  if (taken.kind === 'gone') return false
  const isUntouched = taken.kind === 'text' && half(taken.sha256) === aside.old
  const isSameText = taken.kind === 'text' && current.kind === 'text' && taken.sha256 === current.sha256
  if (taken.kind === 'text' && (isUntouched || isSameText)) {
    if (await isYoung(aside.path, now)) return true
    const isHeld = (await writers.of(taken.stat)) !== undefined
    if (!isHeld) await dropAside(aside.path)
    else if (current.kind === 'text' && half(current.sha256) === aside.fresh)
      await restoreOver(aside.path, { file, ours: [current.sha256] })
  } else if (current.kind === 'text' && half(current.sha256) === aside.fresh) {
    await restoreOver(aside.path, { file, ours: [current.sha256] })
  } else {
    await keepCopy(aside.path, file)
  }
  return false
}

const isYoung = async (path: string, now: number): Promise<boolean> => {
  const stat = await statOf(path)
  return stat !== undefined && Math.abs(now - stat.ctimeMs) < YOUNG_MS
}

const statOf = (path: string): Promise<Stats | undefined> => lstat(path).catch(() => undefined)
