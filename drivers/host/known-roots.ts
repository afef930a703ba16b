import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createDisk } from '../disk/disk.ts'
import { isRecord, parseJson } from '../json.ts'
import type { KnownRoot } from '../paths.ts'
import { beside as anyBeside, type Beside } from '../reading/beside.ts'
import { SOURCE_LIMITS } from '../reading/limits.ts'

/**
 * The roots of a user that controllers ran on: one small file each, in a folder that no bottle may have.
 *
 * Guarantees: a root whose state is gone, or belongs to another owner by now, isn't named; its file is kept for a month, as
 *   its file system may only be away.
 */
export const noteRoot = async (folder: string, known: KnownRoot): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const own = join(folder, `${known.owner}.json`)
  const text = `${JSON.stringify(known)}\n`
  if ((await textOf(own)) !== text || (await ageMsOf(own)) > FRESH_MS) await disk.writeDurable(own, text)
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if ((await ageMsOf(path)) > KEPT_MS && (await readRoot(path, anyBeside)) === undefined)
      await rm(path, { force: true })
  }
}

const DAY_MS = 24 * 3_600_000
const FRESH_MS = DAY_MS
const KEPT_MS = 30 * DAY_MS

const ageMsOf = async (path: string): Promise<number> => Date.now() - (await stat(path)).mtimeMs

export const readKnownRoots = async (folder: string, beside: Beside = anyBeside): Promise<readonly KnownRoot[]> => {
  const names = await readdir(folder).catch(() => [])
  const found = await Promise.all(
    names.filter((name) => /^[\w-]+\.json$/.test(name)).map((name) => readRoot(join(folder, name), beside)),
  )
  return found.filter((root) => root !== undefined)
}

const MOST_BYTES = 64 * 1024
const disk = createDisk()

const textOf = (path: string): Promise<string | undefined> => disk.read(path, MOST_BYTES).catch(() => undefined)

const readRoot = async (path: string, beside: Beside): Promise<KnownRoot | undefined> => {
  const { owner, root, stateDir } = objectIn(await textOf(path))
  if (typeof owner !== 'string' || typeof root !== 'string' || typeof stateDir !== 'string') return undefined
  return objectIn(await ownerText(stateDir, beside))['id'] === owner ? { owner, root, stateDir } : undefined
}

/** Its file system may hang. */
const ownerText = async (stateDir: string, beside: Beside): Promise<string | undefined> => {
  const path = join(stateDir, 'owner')
  const { lookMs } = SOURCE_LIMITS
  const bounds = { operation: `read ${path}`, stallMs: lookMs, deadlineMs: lookMs }
  const bytes = await beside.ask<'read'>({ kind: 'read', path, maxBytes: MOST_BYTES }, bounds).catch(() => undefined)
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('utf8')
}

const objectIn = (text: string | undefined): Readonly<Record<string, unknown>> => {
  const value = parseJson(text ?? '')
  return isRecord(value) ? value : {}
}
