import { constants } from 'node:fs'
import { chmod, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SecretSource, Secrets } from '../ports.ts'
import { DriverError } from '../errors.ts'

/**
 * Secrets on their way to smolvm: one 0600 file per key under `$XDG_RUNTIME_DIR/bottled/<owner>/<identity>/`, else
 * `<state>/run/<owner>/<identity>/`.
 *
 * Flow: the machine reconciler asks what is missing, has the files written before each start and removed at suspend and delete.
 * Guarantees: a value is in memory while it is copied and nowhere else; no message holds one; all sources are read before
 *   the first file changes; a file appears whole; files of keys no longer asked for go away; bytes of a file source are
 *   kept as they are, a last line end included.
 * Assumptions: the smolvm CLI reads them as our user.
 * Caveats: not fsynced: a reboot empties the runtime folder anyway and every start writes anew.
 */
export interface SecretsOptions {
  readonly owner: string
  /** `$XDG_RUNTIME_DIR`; undefined or empty falls back to the state folder. */
  readonly runtimeDir: string | undefined
  readonly stateDir: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const MAX_BYTES = 1024 * 1024

export const createSecrets = ({ owner, runtimeDir, stateDir, env }: SecretsOptions): Secrets => {
  const base = runtimeDir === undefined || runtimeDir === '' ? join(stateDir, 'run') : join(runtimeDir, 'bottled')
  const ownerFolder = join(base, safe(owner, OWNER))
  const folderOf = (identity: string): string => join(ownerFolder, safe(identity, IDENTITY))

  const read = async (key: string, source: SecretSource): Promise<Buffer> => {
    if ('fromFile' in source) return await readSource(key, source.fromFile)
    const value = env[source.fromEnv]
    if (value === undefined)
      throw unavailable(
        key,
        `the environment variable ${source.fromEnv} is not set where bottled runs`,
        `set ${source.fromEnv} for bottled and restart it`,
      )
    return Buffer.from(value)
  }

  return {
    missing: async (sources) => {
      for (const [key, source] of Object.entries(sources)) {
        try {
          await read(key, source)
        } catch (error) {
          if (error instanceof DriverError && error.code === 'SecretUnavailable') return `${key}: ${error.detail}`
          throw error
        }
      }
      return undefined
    },

    path: (identity, key) => join(folderOf(identity), safe(key, KEY)),

    write: async (identity, sources) => {
      const folder = folderOf(identity)
      const values: [string, Buffer][] = []
      for (const [key, source] of Object.entries(sources)) values.push([safe(key, KEY), await read(key, source)])
      await translated(`write the secrets of ${identity}`, async () => {
        // The state folder itself is never made here: its absence means something.
        await mkdir(base, { recursive: base !== join(stateDir, 'run'), mode: 0o700 }).catch(unlessThere)
        for (const each of [base, ownerFolder, folder]) await makePrivate(each)
        for (const [key, value] of values) await writeWhole(folder, key, value)
        const kept = new Set(values.map(([key]) => key))
        for (const name of await readdir(folder))
          if (!kept.has(name)) await rm(join(folder, name), { recursive: true, force: true })
      })
    },

    has: async (identity) => {
      const stat = await lstat(folderOf(identity)).catch((error: unknown) => {
        if (errno(error) === 'ENOENT') return undefined
        throw new DriverError({
          code: 'Failed',
          operation: `find the secrets of ${identity}`,
          detail: errno(error),
          cause: error,
        })
      })
      return stat !== undefined
    },

    remove: async (identity) => {
      const folder = folderOf(identity)
      await translated(`remove the secrets of ${identity}`, () => rm(folder, { recursive: true, force: true }))
    },
  }
}

const IDENTITY = /^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/
const OWNER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/
const KEY = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/

const safe = (part: string, shape: RegExp): string => {
  if (shape.test(part)) return part
  throw new DriverError({
    code: 'InvalidRequest',
    operation: 'find a secret',
    detail: `${JSON.stringify(part)} can't be part of its path`,
  })
}

const unavailable = (key: string, detail: string, hint?: string): DriverError =>
  new DriverError({
    code: 'SecretUnavailable',
    operation: `read the secret ${key}`,
    detail,
    ...(hint === undefined ? {} : { hint }),
  })

const readSource = async (key: string, path: string): Promise<Buffer> => {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) throw unavailable(key, `${path} is not a regular file`)
      if (stat.size > MAX_BYTES) throw unavailable(key, `${path} is larger than ${MAX_BYTES} bytes`)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof DriverError) throw error
    throw unavailable(
      key,
      `${path} can't be read (${errno(error)})`,
      `make ${path} readable for the user that runs bottled`,
    )
  }
}

/** A folder another user put in our way would let them read what we write. */
const makePrivate = async (folder: string): Promise<void> => {
  await mkdir(folder, { mode: 0o700 }).catch(unlessThere)
  const stat = await lstat(folder)
  if (!stat.isDirectory()) throw new Error(`${folder} is not a folder`)
  if ((stat.mode & 0o777) !== 0o700) await chmod(folder, 0o700)
}

const unlessThere = (error: unknown): undefined => {
  if (errno(error) === 'EEXIST') return undefined
  throw error
}

const writeWhole = async (folder: string, key: string, value: Buffer): Promise<void> => {
  const temporary = join(folder, `.${key}.tmp`)
  await rm(temporary, { force: true })
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(value)
  } finally {
    await file.close()
  }
  await rename(temporary, join(folder, key))
}

const errno = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'Failed')

const translated = async (operation: string, work: () => Promise<void>): Promise<void> => {
  try {
    await work()
  } catch (error) {
    const code = errno(error) === 'ENOSPC' || errno(error) === 'EDQUOT' ? 'StorageFull' : 'Failed'
    throw new DriverError({
      code,
      operation,
      detail: error instanceof Error ? error.message : String(error),
      cause: error,
    })
  }
}
