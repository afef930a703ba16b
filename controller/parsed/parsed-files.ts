import { join } from 'node:path'
import { createTurns } from '../../drivers/calls/turns.ts'
import { sha256Of } from '../../drivers/content-hash.ts'
import type { Disk } from '../../drivers/disk/disk.ts'
import { messageOf } from '../../drivers/message.ts'
import { noteSource, parseFile as parseText } from '../document/parse.ts'
import type { ParsedFile } from '../document/parse.ts'
import { entryOf, isFaultless } from './entry.ts'
import { createKnownFiles, type FileHash, keyOf, MOST_PART_BYTES, PARSED_FOLDER, partOf } from './known-files.ts'
import { type Seal, sealed } from './sealed.ts'

/**
 * Parses files, but not again what an earlier run parsed: a warm start reads, hashes and judges.
 *
 * Flow: until the first sweep has ended, a file is looked up by the hash of its bytes; what is read later has changed, and is
 *   parsed. Each later sweep and the end write the parts that changed.
 * Guarantees: losing a part, or all, costs time only; nothing is written where nothing changed; at most `SLICE` entries are
 *   made in one turn of the event loop; never throws.
 */
export interface ParsedFiles {
  parse(file: FileHash & { readonly text: string }): Promise<ParsedFile>
  /** A sweep has ended; `files` gives all that is known of files then. */
  swept(files: () => readonly KeptFile[]): void
  /** Resolves when all is written. */
  stop(): Promise<void>
}

export interface KeptFile extends FileHash {
  readonly parsed: ParsedFile
}

const SLICE = 64

export const createParsedFiles = (options: {
  readonly stateDir: string
  readonly disk: Pick<Disk, 'read' | 'list' | 'remove' | 'writeDurable'>
  readonly seal: Seal
  /** Ends this turn of the event loop. */
  readonly turn: () => Promise<void>
  /** Once, if it can't be written. */
  readonly onLost: (why: string) => void
  readonly parseFile?: typeof parseText
}): ParsedFiles => {
  const { stateDir, disk, seal, turn, onLost, parseFile = parseText } = options
  const folder = join(stateDir, PARSED_FOLDER)
  const known = createKnownFiles({ read: (part) => disk.read(join(folder, part), MOST_PART_BYTES), seal })
  const turns = createTurns()
  /** Undefined until the first sweep has ended. */
  let latest: (() => readonly KeptFile[]) | undefined
  /** By part, what tells its keys. */
  const written = new Map<string, string>()
  let isLost = false

  const writePart = async (part: string, files: ReadonlyMap<string, KeptFile>): Promise<void> => {
    const lines: string[] = []
    let bytes = ROOM
    for (const [key, { parsed }] of files) {
      if (lines.length % SLICE === SLICE - 1) await turn()
      const entry = entryOf(parsed)
      if (entry === undefined) continue
      const line = `${JSON.stringify(key)}:${JSON.stringify(entry)}`
      bytes += Buffer.byteLength(line) + 2
      if (bytes < MOST_PART_BYTES) lines.push(line)
    }
    await disk.writeDurable(join(folder, part), sealed(`{${lines.join(',\n')}}`, seal))
  }

  const write = async (): Promise<void> => {
    const parts = byPart(latest?.() ?? [])
    for (const name of await disk.list(folder)) {
      const isEmpty = PART.test(name) && !parts.has(name)
      if (isEmpty) written.delete(name)
      if (isEmpty || TORN.test(name)) await disk.remove(join(folder, name))
    }
    for (const [part, files] of parts) {
      const keys = hashOf(files.keys())
      if (written.get(part) === keys) continue
      await turn()
      await writePart(part, files)
      written.set(part, keys)
    }
  }

  const keep = (): Promise<void> =>
    turns.take('', write).catch((error: unknown) => {
      if (!isLost) onLost(messageOf(error))
      isLost = true
    })

  return {
    parse: async ({ path, text, sha256 }) => {
      const found = latest === undefined ? await known.find({ path, sha256 }) : undefined
      if (found === undefined) return parseFile({ path, text })
      for (const { index, bottle } of found.documents)
        if (bottle !== undefined) noteSource(bottle.spec, { path, text, index })
      return found
    },
    swept: (files) => {
      const isFirst = latest === undefined
      latest = files
      // What a start has just read needs no writing while bottles wait for it.
      if (isFirst) for (const [part, keys] of known.release()) written.set(part, hashOf(keys))
      else void keep()
    },
    stop: async () => {
      if (latest !== undefined) await keep()
    },
  }
}

const PART = /^[0-9a-f]\.json$/

/** What a crash inside a write left. */
const TORN = /^\.[0-9a-f]\.json\..*\.tmp$/

/** For the seal and the braces. */
const ROOM = 256

const byPart = (files: readonly KeptFile[]): ReadonlyMap<string, ReadonlyMap<string, KeptFile>> => {
  const parts = new Map<string, Map<string, KeptFile>>()
  for (const file of files) {
    if (!isFaultless(file.parsed)) continue
    const part = parts.get(partOf(file)) ?? new Map<string, KeptFile>()
    parts.set(partOf(file), part.set(keyOf(file), file))
  }
  return parts
}

const hashOf = (keys: Iterable<string>): string => sha256Of([...keys].toSorted().join('\n'))
