import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { createDisk, type Disk, isTemporary } from './disk.ts'
import { createTurns } from '../calls/turns.ts'
import { DriverError } from '../errors.ts'
import { isRecord, parseJson } from '../json.ts'
import { isIdentity } from '../../schemas/identity.ts'
import type { BottleRecord, LostRecord, Metadata, Records } from '../ports.ts'

/**
 * What bottled remembers, as small JSON files: `<state>/bottles/<identity>/{record.json,metadata.json,smolfile.toml}`.
 *
 * Flow: `list` reads all once; later reads come from memory, and every change goes to the disk first.
 * Guarantees: a write is durable before it returns, and skipped if nothing changes; a removal is one rename, so a crash
 *   leaves the whole folder or none of it; an unreadable record is set aside and reported, never overwritten or guessed;
 *   unknown keys survive every `update`; no identity leads out of the folder.
 * Assumptions: one controller per state folder (ensured by the lock).
 * Caveats: `read` before the first `list` throws, since "no record" would be false.
 */
const REMOVING = '.removing-'

export const createRecords = (stateDir: string, disk: Disk = createDisk()): Records => {
  const bottles = join(stateDir, 'bottles')
  const records = new Map<string, BottleRecord>()
  const lost: LostRecord[] = []
  /** As last read or written: `started_at` is nowhere else. */
  const metadata = new Map<string, Metadata>()
  /** Of the file that it was read from. */
  const stamps = new Map<string, string>()
  /** Identities whose last write failed: disk and memory may differ. */
  const unsure = new Set<string>()
  let loaded = false
  let loading: Promise<void> | undefined

  const pathOf = (identity: string, file: string): string => join(bottles, checkedIdentity(identity), file)

  const loadOne = async (identity: string): Promise<void> => {
    const folder = join(bottles, identity)
    const names = await disk.list(folder)
    for (const name of names.filter(isTemporary)) await disk.remove(join(folder, name))
    if (!names.includes('record.json')) {
      // Set aside before, and no record was written since.
      const last = names.findLast((name) => name.startsWith('record.json.corrupt-'))
      if (last !== undefined) lost.push({ identity, path: join(folder, last), why: 'set aside earlier' })
      return
    }
    const path = join(folder, 'record.json')
    const parsed = parseRecord((await disk.read(path)) ?? '', { identity, path })
    if (typeof parsed !== 'string') {
      records.set(identity, parsed)
      return
    }
    let n = 1
    while (names.includes(`record.json.corrupt-${n}`)) n += 1
    await disk.rename(path, `${path}.corrupt-${n}`)
    lost.push({ identity, path: `${path}.corrupt-${n}`, why: parsed })
  }

  const loadAll = async (): Promise<void> => {
    for (const name of await disk.list(bottles)) {
      if (name.startsWith(REMOVING)) await disk.remove(join(bottles, name))
      else if (isIdentity(name)) await loadOne(name)
    }
    loaded = true
  }

  const load = async (): Promise<void> => {
    if (loaded) return
    loading ??= loadAll().finally(() => {
      loading = undefined
    })
    await loading
  }

  /** One change of a bottle's folder at a time, in order. */
  const { take: inTurn } = createTurns()

  const put = async (next: BottleRecord): Promise<void> => {
    const { identity } = next
    if (!unsure.has(identity) && isDeepStrictEqual(records.get(identity), next)) return
    unsure.add(identity)
    await disk.writeDurable(pathOf(identity, 'record.json'), textOf(next))
    unsure.delete(identity)
    records.set(identity, next)
  }

  /** True if it was. */
  const writeIfOther = async (path: string, text: string): Promise<boolean> => {
    if ((await disk.read(path)) === text) return false
    await disk.writeDurable(path, text)
    return true
  }

  const putBack = async (identity: string): Promise<boolean> => {
    const record = records.get(identity)
    if (record === undefined) return false
    const wasOther = await writeIfOther(pathOf(identity, 'record.json'), textOf(record))
    const data = metadata.get(identity)
    if (data !== undefined) await writeIfOther(pathOf(identity, 'metadata.json'), textOf(data))
    return wasOther
  }

  return {
    list: async () => {
      await load()
      return [...records.values()]
    },

    lost: () => lost,

    read: (identity) => {
      if (!loaded)
        throw new DriverError({
          code: 'Failed',
          operation: `read the record of ${identity}`,
          detail: 'the records are not loaded yet',
        })
      return records.get(identity)
    },

    write: async (record) => {
      checkedIdentity(record.identity)
      await load()
      await inTurn(record.identity, () => put(plain(record)))
    },

    update: async (identity, change) => {
      await load()
      await inTurn(identity, async () => {
        const record = records.get(checkedIdentity(identity))
        if (record === undefined) {
          throw new DriverError({
            code: 'NotFound',
            operation: `update the record of ${identity}`,
            detail: 'it does not exist',
          })
        }
        // Most passes change nothing, and unchanged keys need no comparison.
        const isSame = Object.entries(change).every(([key, value]) =>
          isDeepStrictEqual(record[key as keyof BottleRecord], value),
        )
        if (isSame && !unsure.has(identity)) return
        await put(plain({ ...record, ...change, identity } as BottleRecord))
      })
    },

    remove: async (identity) => {
      checkedIdentity(identity)
      await load()
      await inTurn(identity, async () => {
        const aside = join(bottles, `${REMOVING}${identity}`)
        await disk.remove(aside)
        // Kept in memory until nothing is left: if a disk refuses half-way, the removal must be retried.
        unsure.add(identity)
        if ((await disk.list(bottles)).includes(identity)) await disk.rename(join(bottles, identity), aside)
        await disk.remove(aside)
        records.delete(identity)
        metadata.delete(identity)
        stamps.delete(identity)
        unsure.delete(identity)
      })
    },

    readMetadata: async (identity) => {
      const path = pathOf(identity, 'metadata.json')
      const stamp = await disk.stamp(path)
      if (stamp !== undefined && stamps.get(identity) === stamp) return metadata.get(identity)
      const read = parseMetadata(await disk.read(path))
      if (read !== undefined) metadata.set(identity, read)
      // Taken before: what is written in between moves it.
      if (read === undefined || stamp === undefined) stamps.delete(identity)
      else stamps.set(identity, stamp)
      const known = metadata.get(identity)
      // A file that was removed under us comes back as it was.
      if (read === undefined && known !== undefined) await inTurn(identity, () => putBack(identity))
      return known
    },
    writeMetadata: (next) =>
      inTurn(next.identity, async () => {
        await writeIfOther(pathOf(next.identity, 'metadata.json'), textOf(next))
        metadata.set(next.identity, next)
        stamps.delete(next.identity)
      }),
    writeSmolfile: async (identity, text) => {
      const path = pathOf(identity, 'smolfile.toml')
      await inTurn(identity, () => writeIfOther(path, text))
      return path
    },
    restore: async () => {
      let count = 0
      for (const identity of records.keys()) if (await inTurn(identity, () => putBack(identity))) count += 1
      return count
    },
  }
}

const checkedIdentity = (identity: string): string => {
  if (isIdentity(identity)) return identity
  throw new DriverError({
    code: 'InvalidRequest',
    operation: 'find the folder of a bottle',
    detail: `${JSON.stringify(identity)} is not an identity`,
    hint: 'set spec.identity to lower-case letters, digits and single hyphens',
  })
}

/** The record, or the fault of the text. Throws for a version that only a newer bottled understands. */
const parseRecord = (
  text: string,
  { identity, path }: { readonly identity: string; readonly path: string },
): BottleRecord | string => {
  const value = parseJson(text)
  if (!isRecord(value)) return 'not a JSON object'
  const record: Partial<Record<keyof BottleRecord, unknown>> = value
  if (typeof record.version === 'number' && record.version > 1) {
    throw new DriverError({
      code: 'VersionUnsupported',
      operation: `read ${path}`,
      detail: `it has version ${record.version}, this bottled knows 1`,
      hint: 'run the newer bottled that wrote it',
    })
  }
  if (record.version !== 1) return 'no version'
  if (record.identity !== identity) return 'another identity than its folder'
  const strings = ['uid', 'name', 'file', 'specHash'] as const
  const wrong = strings.find((key) => typeof record[key] !== 'string')
  if (wrong !== undefined) return `no ${wrong}`
  return typeof record.generation === 'number' ? (value as unknown as BottleRecord) : 'no generation'
}

const parseMetadata = (text: string | undefined): Metadata | undefined => {
  const value = text === undefined ? undefined : parseJson(text)
  return isRecord(value) && 'started_at' in value ? (value as unknown as Metadata) : undefined
}

const textOf = (value: BottleRecord | Metadata): string => `${JSON.stringify(value, undefined, 2)}\n`

/** As it will be read back: a copy without undefined. */
const plain = (record: BottleRecord): BottleRecord => JSON.parse(JSON.stringify(record)) as BottleRecord
