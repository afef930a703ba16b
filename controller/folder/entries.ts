import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { isUtf8 } from 'node:buffer'

/**
 * What a folder holds, by names that are bytes.
 *
 * Guarantees: a name that isn't UTF-8 is listed apart, under a name that can be shown; read as text it would seem gone.
 */
export interface Entries {
  readonly plain: readonly Dirent[]
  readonly strange: readonly StrangeEntry[]
}

export interface StrangeEntry {
  /** The name as it can be shown: bytes that aren't UTF-8 as `\xE9`. */
  readonly shown: string
  readonly bytes: Buffer
  readonly isDirectory: boolean
}

export const entriesOf = async (folder: string | Buffer): Promise<Entries> => {
  const entries = await readdir(folder, { withFileTypes: true })
  if (!entries.some(({ name }) => name.includes(REPLACED))) return { plain: entries, strange: [] }
  const raw = await readdir(folder, { withFileTypes: true, encoding: 'buffer' })
  const names = new Set(raw.flatMap(({ name }) => (isUtf8(name) ? [name.toString()] : [])))
  return {
    plain: entries.filter(({ name }) => names.delete(name)),
    strange: raw
      .filter(({ name }) => !isUtf8(name))
      .map((entry) => ({
        shown: shownName(entry.name),
        bytes: entry.name,
        isDirectory: entry.isDirectory(),
      })),
  }
}

/** What Node puts in place of bytes that it can't read. */
const REPLACED = '\uFFFD'

/** Byte by byte where it isn't UTF-8: `caf\xE9.yaml`. */
const shownName = (bytes: Buffer): string => {
  let shown = ''
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((n) => at + n <= bytes.length && isUtf8(bytes.subarray(at, at + n)))
    shown += length === undefined ? escaped(bytes[at] ?? 0) : bytes.toString('utf8', at, at + length)
    at += length ?? 1
  }
  return shown
}

const escaped = (byte: number): string => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
