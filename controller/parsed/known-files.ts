import { isRecord, parseJson } from '../../drivers/json.ts'
import type { ParsedFile } from '../document/parse.ts'
import { fileOf } from './entry.ts'
import { opened, type Seal } from './sealed.ts'

/**
 * What a controller kept of the files that it parsed, by the hash of their bytes: for its next start, and for bottlectl.
 *
 * Flow: a hash names a part; the part is read at the first question, its seal checked, and an entry judged when it is asked for.
 * Guarantees: what can't be read, isn't sealed by this version with this key, or isn't valid is as good as absent; never throws.
 */
export interface KnownFiles {
  /** Undefined: it must be parsed. */
  find(file: FileHash): Promise<ParsedFile | undefined>
  /** Forgets everything. Returns the keys of each part that was read. */
  release(): ReadonlyMap<string, readonly string[]>
}

export interface FileHash {
  /** Its ending tells YAML from JSON. */
  readonly path: string
  /** Of its exact bytes. */
  readonly sha256: string
}

/** The folder in the state folder, and how large a part in it may be: one is read in one turn of the event loop. */
export const PARSED_FOLDER = 'parsed'
export const MOST_PART_BYTES = 4 * 1024 * 1024

/** Sixteen parts: a change writes a sixteenth of all, and a part of 10,000 bottles is read within milliseconds. */
export const partOf = ({ sha256 }: Pick<FileHash, 'sha256'>): string => `${sha256.slice(0, 1)}.json`

/** The same bytes say different things as YAML and as JSON. */
export const keyOf = ({ path, sha256 }: FileHash): string => `${path.endsWith('.json') ? 'json' : 'yaml'}:${sha256}`

type Entries = Map<string, unknown>

export const createKnownFiles = (options: {
  /** The text of a part; undefined: it isn't there. */
  readonly read: (part: string) => Promise<string | undefined>
  readonly seal: Seal
}): KnownFiles => {
  const { read, seal } = options
  const loading = new Map<string, Promise<Entries>>()
  /** Those of them that have been read. */
  const loaded = new Map<string, Entries>()

  const load = async (part: string): Promise<Entries> => {
    const text = await read(part).catch(() => undefined)
    const body = text === undefined ? undefined : opened(text, seal)
    const value = body === undefined ? undefined : parseJson(body)
    const entries = new Map(Object.entries(isRecord(value) ? value : {}))
    loaded.set(part, entries)
    return entries
  }

  const entriesIn = (part: string): Promise<Entries> => {
    const entries = loading.get(part) ?? load(part)
    loading.set(part, entries)
    return entries
  }

  return {
    find: async (file) => {
      const entries = await entriesIn(partOf(file))
      const key = keyOf(file)
      const found = fileOf(entries.get(key))
      // What isn't valid must not count as kept.
      if (found === undefined) entries.delete(key)
      return found
    },
    release: () => {
      const keys = new Map([...loaded].map(([part, entries]) => [part, [...entries.keys()]]))
      loading.clear()
      loaded.clear()
      return keys
    },
  }
}
