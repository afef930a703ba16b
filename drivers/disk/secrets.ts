import { createHmac, randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SecretSource, Secrets } from '../ports.ts'
import { unless } from '../errno.ts'
import { DriverError, isDriverError } from '../errors.ts'
import { isIdentity } from '../../schemas/identity.ts'
import { beside as anyBeside, type Beside, PathError } from '../reading/beside.ts'
import { MIB, SOURCE_LIMITS } from '../reading/limits.ts'
import { diskFailure } from './failure.ts'

/**
 * Secrets on their way to smolvm: one 0600 file per key under `$XDG_RUNTIME_DIR/bottled/<owner>/<identity>/`, otherwise
 * `<state>/run/<owner>/<identity>/`.
 *
 * Flow: the machine reconciler asks for missing sources, has the files written before each start, removed at suspend and delete.
 * Guarantees: a value is only in memory, here and in the process beside that reads its file, while it is copied; messages never contain one; all sources are read before
 *   the first file changes; a file appears whole; files of keys no longer requested are removed; bytes of a file source are
 *   kept unchanged, including a final line end. Assumptions: the smolvm CLI reads them as our user.
 * Caveats: not fsynced: a reboot empties the runtime folder anyway and every start writes the files again.
 */
export interface SecretsOptions {
  readonly owner: string
  /** `$XDG_RUNTIME_DIR`; undefined or empty falls back to the state folder. */
  readonly runtimeDir: string | undefined
  readonly stateDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly beside?: Beside
}

export const createSecrets = (options: SecretsOptions): Secrets => {
  const digestKey = randomBytes(32)
  const { owner, runtimeDir, stateDir, env, beside = anyBeside } = options
  const base = runtimeDir === undefined || runtimeDir === '' ? join(stateDir, 'run') : join(runtimeDir, 'bottled')
  const ownerFolder = join(base, safe(owner, isOwner))
  const folderOf = (identity: string): string => join(ownerFolder, safe(identity, isIdentity))

  const read = async (key: string, source: SecretSource): Promise<Buffer> => {
    if ('fromFile' in source) return await readSource(beside, key, source.fromFile)
    // `constructor` is a variable like any other, and not there.
    const value = Object.hasOwn(env, source.fromEnv) ? env[source.fromEnv] : undefined
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
          if (isDriverError(error, 'SecretUnavailable'))
            return [`${key}: ${error.detail}`, error.hint ?? []].flat().join('; ')
          throw error
        }
      }
      return undefined
    },

    read: async (sources) => {
      const values: Record<string, string> = {}
      for (const [key, source] of Object.entries(sources))
        values[safe(key, isKey)] = headerText(key, await read(key, source))
      return { values, digest: createHmac('sha256', digestKey).update(JSON.stringify(values)).digest('hex') }
    },

    stamp: async (sources) => {
      const paths = Object.values(sources).flatMap((source) => ('fromFile' in source ? [source.fromFile] : []))
      return (await Promise.all(paths.map((path) => stampOf(beside, path)))).join(' ')
    },

    path: (identity, key) => join(folderOf(identity), safe(key, isKey)),

    write: async (identity, sources) => {
      const folder = folderOf(identity)
      const values: [string, Buffer][] = []
      for (const [key, source] of Object.entries(sources)) values.push([safe(key, isKey), await read(key, source)])
      const operation = `write the secrets of ${identity}`
      await translated(operation, async () => {
        // The state folder itself is never created here: its absence has a meaning.
        await mkdir(base, { recursive: base !== join(stateDir, 'run'), mode: 0o700 }).catch(unless('EEXIST'))
        for (const each of [base, ownerFolder, folder]) await makePrivate(operation, each)
        for (const [key, value] of values) await writeWhole(folder, key, value)
        const kept = new Set(values.map(([key]) => key))
        for (const name of await readdir(folder))
          if (!kept.has(name)) await rm(join(folder, name), { recursive: true, force: true })
      })
    },

    has: async (identity) => {
      const folder = folderOf(identity)
      const find = async (): Promise<boolean> => (await lstat(folder).catch(unless('ENOENT'))) !== undefined
      return await translated(`find the secrets of ${identity}`, find)
    },

    remove: async (identity) => {
      const folder = folderOf(identity)
      await translated(`remove the secrets of ${identity}`, () => rm(folder, { recursive: true, force: true }))
    },
  }
}

export const isOwner = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text)
const isKey = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(text)

export const safe = (part: string, isSafe: (part: string) => boolean): string => {
  if (isSafe(part)) return part
  throw new DriverError({
    code: 'InvalidRequest',
    operation: 'find a folder of a bottle',
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

const readSource = async (beside: Beside, key: string, path: string): Promise<Buffer> => {
  const { lookMs, secretMiB } = SOURCE_LIMITS
  const bounds = { operation: `read the secret ${key}`, stallMs: lookMs, deadlineMs: lookMs }
  try {
    return await beside.ask<'read'>({ kind: 'read', path, maxBytes: secretMiB * MIB }, bounds)
  } catch (error) {
    if (isDriverError(error, 'SourceRefused', 'Busy')) throw unavailable(key, error.detail)
    if (isDriverError(error, 'Timeout')) throw unavailable(key, `${path} can't be read: ${error.detail}`)
    if (!(error instanceof PathError)) throw error
    throw unavailable(
      key,
      `${path} can't be read (${error.errno || 'Failed'})`,
      `make ${path} readable for the user that runs bottled`,
    )
  }
}

/** As an editor or `echo` writes it, it ends with a line end, which no header can have. */
const headerText = (key: string, value: Buffer): string => {
  const text = value.toString('latin1').replace(/\r?\n$/, '')
  if (text === '') throw unavailable(key, 'it is empty')
  if (/^[\x20-\x7e]*$/.test(text)) return text
  throw unavailable(key, 'it holds what no header can have: another line, a control character, or what is not ASCII')
}

const STAMP_MS = 2_000

const stampOf = async (beside: Beside, path: string): Promise<string> => {
  const bounds = { operation: `look at ${path}`, stallMs: STAMP_MS, deadlineMs: STAMP_MS }
  try {
    return (await beside.ask<'look'>({ kind: 'look', path }, bounds)).stamp
  } catch (error) {
    return error instanceof PathError ? error.errno : 'unknown'
  }
}

/** A folder created by another user would let them read our secrets. */
const makePrivate = async (operation: string, folder: string): Promise<void> => {
  await mkdir(folder, { mode: 0o700 }).catch(unless('EEXIST'))
  const stat = await lstat(folder)
  if (!stat.isDirectory()) throw new DriverError({ code: 'Failed', operation, detail: `${folder} is not a folder` })
  if ((stat.mode & 0o777) !== 0o700) await chmod(folder, 0o700)
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

const translated = async <T>(operation: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw diskFailure({ operation, error, code: 'Failed' })
  }
}
