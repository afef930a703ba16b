import { execFile } from 'node:child_process'
import { dirname } from 'node:path'

/**
 * Which files have an access list: `ls` of Linux marks them with a plus. That of BusyBox doesn't, and knows of no lists.
 *
 * Flow: a file is asked for alone; where the next one of its folder follows at once, the whole folder is listed, by inode.
 * Guarantees: a listing says nothing of what was changed after it began: a list that is set moves the ctime.
 * Caveats: what can't be asked counts as without a list.
 */
export interface Lists {
  /** `stat`: of the file that was opened; without it the path is asked for alone. */
  has(path: string, stat?: Inode): Promise<boolean>
}

export interface Inode {
  readonly ino: bigint
  readonly ctimeMs: number
}

/** The lines that `ls` prints, undefined if it fails. */
type Ls = (...args: readonly string[]) => Promise<readonly string[] | undefined>

interface Listing {
  readonly folder: string
  readonly atMs: number
  readonly marks: ReadonlyMap<string, boolean>
}

/** Files that follow each other faster are many. */
const IN_A_ROW_MS = 1_000
/** A file system's clock may lag behind ours by so much. */
const CLOCK_MS = 100

export const createLists = ({
  ls = runLs,
  now = Date.now,
}: { readonly ls?: Ls; readonly now?: () => number } = {}): Lists => {
  let last: { readonly folder: string; readonly atMs: number } | undefined
  let listing: Listing | undefined

  const listed = async (folder: string): Promise<Listing> => {
    const atMs = now()
    const isFollowing = last?.folder === folder && atMs - last.atMs < IN_A_ROW_MS
    last = { folder, atMs }
    const isOld = listing?.folder !== folder || atMs - listing.atMs >= IN_A_ROW_MS
    if (isFollowing && isOld) listing = { folder, atMs, marks: marksIn((await ls('-lnAiUq', '--', folder)) ?? []) }
    return listing?.folder === folder ? listing : { folder, atMs, marks: new Map() }
  }

  return {
    has: async (path, stat) => {
      if (stat !== undefined) {
        const { atMs, marks } = await listed(dirname(path))
        const mark = marks.get(String(stat.ino))
        if (mark !== undefined && stat.ctimeMs < atMs - CLOCK_MS) return mark
      }
      return ((await ls('-ldq', '--', path)) ?? []).some((line) => /^\S{10}\+/.test(line))
    },
  }
}

/** By inode; of two that have the same number, on two file systems, one with a list counts. */
const marksIn = (lines: readonly string[]): ReadonlyMap<string, boolean> => {
  const marks = new Map<string, boolean>()
  for (const line of lines) {
    const [, ino, mark] = /^ *(\d+) \S{10}(\S?)/.exec(line) ?? []
    if (ino !== undefined) marks.set(ino, mark === '+' || marks.get(ino) === true)
  }
  return marks
}

const runLs: Ls = (...args) =>
  process.platform === 'linux'
    ? new Promise((done) => {
        const options = { env: { LC_ALL: 'C' }, timeout: 5_000, maxBuffer: 64 * 1024 * 1024 }
        execFile('/bin/ls', args, options, (error, stdout) => done(error === null ? stdout.split('\n') : undefined))
      })
    : Promise.resolve(undefined)
