import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { constants, createReadStream } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { dirname, extname, join } from 'node:path'
import type { Archives } from '../ports.ts'
import { copyTree, hashTree } from './archive-tree.ts'
import { cancelled, DriverError, isDriverError } from '../errors.ts'
import { diskFailure } from './failure.ts'
import { sync } from './sync.ts'
import { isDead, processMark } from '../calls/process-identity.ts'
import { createSingleFlight } from '../calls/single-flight.ts'

/**
 * Content-addressed copies of the sources of VM disks: `<sha256>.tar`, `.tgz`, `.smolmachine`, `<sha256>.tree` for a folder,
 * `image-<id>.tar` for an image.
 *
 * Flow: hash; copy to that hash unless it exists. Docker saves an image once per image id.
 * Guarantees: a copy appears complete or not at all, under the hash of its content, and never changes; an unfinished copy
 *   carries the mark of its process, to be removed after its death; smolvm, which links to archives and boots from folders
 *   in place, gets only our copies. Assumptions: only bottled uses the folder.
 * Caveats: copies are never removed: roots share the folder, and a VM whose copy is gone can't start. The times of a copy
 *   show its last use.
 */
export interface ArchivesOptions {
  readonly folder: string
  readonly saveImage: (reference: string, toPath: string, signal?: AbortSignal) => Promise<void>
  readonly imageId: (reference: string, signal?: AbortSignal) => Promise<string | undefined>
  readonly asRoot?: boolean
}

export interface ArchiveStore extends Archives {
  /** Removes the half copies of killed controllers. Never throws. */
  clearHalves(): Promise<void>
}

export const createArchives = (options: ArchivesOptions): ArchiveStore => {
  const { folder, saveImage, imageId, asRoot = process.getuid?.() === 0 } = options
  /** Hashes of file contents, by device, inode, size and both times at the last read. */
  const memo = new Map<string, string>()

  /** `fill` creates the temporary entry, `name` is called when it is complete. */
  const keep = async (
    fill: (temporary: string) => Promise<void>,
    name: (temporary: string) => Promise<string>,
  ): Promise<string> => {
    // As root each VM reads its archive under its own uid.
    await makeFolder(folder, asRoot ? 0o711 : 0o700)
    const temporary = join(folder, `.${randomBytes(8).toString('hex')}.${await processMark()}.part`)
    try {
      await fill(temporary)
      const path = join(folder, await name(temporary))
      if (await touched(path)) return path
      await rename(temporary, path)
      await sync(folder)
      return path
    } finally {
      await rm(temporary, { recursive: true, force: true })
    }
  }

  const keepOneFile = async (path: string, found: Stats, signal?: AbortSignal): Promise<string> => {
    const extension = path.endsWith('.tar.gz') ? '.tar.gz' : extname(path)
    const key = [found.dev, found.ino, found.size, found.mtimeMs, found.ctimeMs].join(':')
    const known = memo.get(key) ?? (await sha256Of(path, signal))
    const kept = join(folder, `${known}${extension}`)
    if (await touched(kept)) {
      memo.set(key, known)
      return kept
    }
    return keep(
      async (temporary) => {
        await copyFile(path, temporary, constants.COPYFILE_FICLONE)
        await chmod(temporary, asRoot ? 0o644 : 0o600)
        await sync(temporary)
      },
      // The hash of the copy: the file may have changed since.
      async (temporary) => `${await sha256Of(temporary, signal)}${extension}`,
    )
  }

  const keepTree = (path: string, signal?: AbortSignal): Promise<string> =>
    keep(
      (temporary) => copyTree(path, temporary, signal),
      async (temporary) => `${await hashTree(temporary, (file) => sha256Of(file, signal))}.tree`,
    )

  const saves = createSingleFlight(async (id, _progress, signal) => {
    const [reference = '', name = ''] = JSON.parse(id) as readonly string[]
    await keep(
      async (temporary) => {
        await saveImage(reference, temporary, signal)
        await chmod(temporary, asRoot ? 0o644 : 0o600)
        await sync(temporary)
      },
      async () => name,
    )
  })

  return {
    keepFile: async (path, signal) => {
      const operation = `keep a copy of ${path}`
      try {
        const found = await stat(path)
        return found.isDirectory() ? await keepTree(path, signal) : await keepOneFile(path, found, signal)
      } catch (error) {
        throw failureOf(operation, error, signal)
      }
    },
    keepImage: async (reference, signal) => {
      const operation = `keep a copy of image ${reference}`
      const id = await imageId(reference, signal)
      if (id === undefined) {
        throw new DriverError({ code: 'ImageNotFound', operation, detail: `Docker has no ${reference}` })
      }
      const name = `image-${id.replace(/^sha256:/, '')}.tar`
      const kept = join(folder, name)
      if (await touched(kept)) return kept
      try {
        await saves.join({ key: JSON.stringify([reference, name]), operation, progress: () => {}, signal })
      } catch (error) {
        throw failureOf(operation, error, signal)
      }
      return kept
    },
    clearHalves: async () => {
      for (const entry of await readdir(folder).catch(() => [])) {
        const [, mark] = HALF.exec(entry) ?? []
        if (mark === undefined || !(await isDead(mark))) continue
        // Its `cp` may live a little longer. The next start removes the rest.
        await rm(join(folder, entry), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }).catch(() => {})
      }
    },
  }
}

const HALF = /^\.[0-9a-f]{16}\.(\d+-\d+-\d+)\.part$/

/** True if it exists; it counts as used now. */
const touched = async (path: string): Promise<boolean> => {
  const now = new Date()
  return utimes(path, now, now).then(
    () => true,
    () => false,
  )
}

/** The mode is set, not left to the umask, which may deny access to VMs that need it. */
const makeFolder = async (folder: string, mode: number): Promise<void> => {
  const first = await mkdir(folder, { recursive: true, mode })
  for (let made = folder; first !== undefined && made.length >= first.length; made = dirname(made))
    await chmod(made, mode)
  // Ours, created under a umask by an older version.
  if (((await stat(folder)).mode & mode) !== mode) await chmod(folder, mode)
}

const sha256Of = async (path: string, signal?: AbortSignal): Promise<string> => {
  const hash = createHash('sha256')
  const stream = createReadStream(path, { highWaterMark: 1024 * 1024, ...(signal === undefined ? {} : { signal }) })
  for await (const chunk of stream) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

const failureOf = (operation: string, error: unknown, signal?: AbortSignal): DriverError =>
  signal?.aborted === true && !isDriverError(error)
    ? cancelled(operation, error)
    : diskFailure({ operation, error, code: 'SourceUnavailable' })
