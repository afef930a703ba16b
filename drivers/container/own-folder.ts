import { chmod, copyFile, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { unless } from '../errno.ts'
import { diskFailure } from '../disk/failure.ts'
import { DriverError } from '../errors.ts'
import { envText, INIT, MOUNTED_SHELL, RUN } from './scripts.ts'

/**
 * The folder of each agent that it has as `/.bottled`, read-only.
 *
 * Guarantees: the folders above it are 0700, so on this host only our user and root read what is in it; in the container whoever runs
 *   there does. `env` appears whole, by a rename, and goes when the agent is stopped.
 * Caveats: not fsynced: every start writes it again.
 */
export interface OwnFolders {
  path(name: string): string
  /** The folder with the scripts, without an environment. */
  prepare(name: string, shell: readonly string[]): Promise<void>
  writeEnv(name: string, env: Readonly<Record<string, string>>): Promise<void>
  forgetEnv(name: string): Promise<void>
  remove(name: string): Promise<void>
}

export const createOwnFolders = (base: string): OwnFolders => {
  const path = (name: string): string => join(base, name)
  const translated = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw diskFailure({ operation: `write the folder of ${name}`, error, code: 'Failed' })
    }
  }
  const place = async (folder: string, file: string, text: string): Promise<void> => {
    const half = join(folder, `.${file}.half`)
    await rm(half, { force: true })
    await writeFile(half, text, { mode: 0o444, flag: 'wx' })
    // Whatever the umask says, the container's user reads it.
    await chmod(half, 0o444)
    await rename(half, join(folder, file))
  }
  const prepare = async (name: string, shell: readonly string[]): Promise<void> => {
    await mkdir(base, { recursive: true, mode: 0o700 })
    if ((await lstat(base)).isDirectory()) await chmod(base, 0o700)
    const folder = path(name)
    await mkdir(folder, { mode: 0o755 }).catch(unless('EEXIST'))
    await chmod(folder, 0o755)
    await place(folder, 'init', INIT)
    await place(folder, 'run', RUN)
    if (shell[0] === MOUNTED_SHELL[0] && (await lstat(join(folder, 'busybox')).catch(unless('ENOENT'))) === undefined) {
      await copyFile(await staticShell(name), join(folder, '.busybox.half'))
      await chmod(join(folder, '.busybox.half'), 0o555)
      await rename(join(folder, '.busybox.half'), join(folder, 'busybox'))
    }
  }
  return {
    path,
    prepare: (name, shell) => translated(name, () => prepare(name, shell)),
    writeEnv: (name, env) => translated(name, () => place(path(name), 'env', envText(env))),
    forgetEnv: (name) => translated(name, () => rm(join(path(name), 'env'), { force: true })),
    remove: (name) => translated(name, () => rm(path(name), { recursive: true, force: true })),
  }
}

const PLACES = ['/bin/busybox', '/usr/bin/busybox', '/bin/busybox.static']
/** Of a program header that names a loader. */
const INTERP = 3

/** A busybox of this host that runs without libraries. Throws `InvalidRequest`. */
const staticShell = async (name: string): Promise<string> => {
  for (const place of PLACES) {
    const bytes = await readFile(place).catch(() => undefined)
    if (bytes !== undefined && isStatic(bytes)) return place
  }
  throw new DriverError({
    code: 'InvalidRequest',
    operation: `create container ${name}`,
    detail: 'its image has no /bin/sh, and this host has no static busybox to lend it one',
    hint: 'apt-get install busybox-static, or use an image with a shell',
  })
}

/** ELF, 64 bits, little-endian. */
export const isStatic = (bytes: Buffer): boolean => {
  if (bytes.length < 64 || bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1) return false
  const start = Number(bytes.readBigUInt64LE(32))
  const size = bytes.readUInt16LE(54)
  const count = bytes.readUInt16LE(56)
  if (start + size * count > bytes.length) return false
  return !Array.from({ length: count }, (_, index) => bytes.readUInt32LE(start + index * size)).includes(INTERP)
}
