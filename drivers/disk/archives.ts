import { randomBytes } from 'node:crypto'
import { chmod, readdir, rename, rm, utimes } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Archives } from '../ports.ts'
import { cancelled, DriverError, isDriverError } from '../errors.ts'
import { beside as anyBeside, type Beside, type Bounds } from '../reading/beside.ts'
import { SOURCE_LIMITS } from '../reading/limits.ts'
import { diskFailure } from './failure.ts'
import { makeReachable } from './reachable-folder.ts'
import { sync } from './sync.ts'
import { isDead, processMark } from '../calls/process-identity.ts'
import { createSingleFlight } from '../calls/single-flight.ts'

/**
 * Content-addressed copies of the sources of VM disks: `<sha256>.tar`, `.tgz`, `.smolmachine`, `<sha256>.tree` for a folder,
 * `image-<id>.tar` for an image.
 *
 * Flow: the process beside judges, hashes and copies a source; the copy gets its mode and name here. Docker saves an image
 *   once per image id.
 * Guarantees: a copy appears complete or not at all, under the hash of its content, and never changes; others can read it
 *   only after it proved to be an archive; an unfinished copy carries the mark of its process, to be removed after its
 *   death; smolvm, which links to archives and boots from folders in place, gets only our copies.
 * Caveats: copies are never removed: roots share the folder, and a VM whose copy is gone can't start. The times of a copy
 *   show its last use.
 */
export interface ArchivesOptions {
  readonly folder: string
  readonly saveImage: (reference: string, toPath: string, signal?: AbortSignal) => Promise<void>
  readonly imageId: (reference: string, signal?: AbortSignal) => Promise<string | undefined>
  readonly asRoot?: boolean
  readonly beside?: Beside
}

export interface ArchiveStore extends Archives {
  /** Removes the half copies of killed controllers. Never throws. */
  clearHalves(): Promise<void>
}

export const createArchives = (options: ArchivesOptions): ArchiveStore => {
  const { folder, saveImage, imageId, asRoot = process.getuid?.() === 0, beside = anyBeside } = options
  /** Names of copies, by what the source was when it was copied. */
  const memo = new Map<string, string>()

  /** `fill` creates the temporary entry, and returns the name of the complete one. */
  const keep = async (fill: (temporary: string) => Promise<string>): Promise<string> => {
    // As root each VM reads its archive under its own uid.
    await makeReachable(folder, asRoot ? 0o711 : 0o700)
    const temporary = join(folder, `.${randomBytes(8).toString('hex')}.${await processMark()}.part`)
    try {
      const path = join(folder, await fill(temporary))
      if (await touched(path)) return path
      await rename(temporary, path)
      await sync(folder)
      return path
    } finally {
      await rm(temporary, { recursive: true, force: true })
    }
  }

  /** From now on the VMs may read it. */
  const publish = async (temporary: string): Promise<void> => {
    await chmod(temporary, asRoot ? 0o644 : 0o600)
    await sync(temporary)
  }

  /** Once for all that want the same file at the same time. */
  const copies = createSingleFlight(async (key, _progress, signal) => {
    const { path, extension, bounds } = JSON.parse(key) as Wanted
    await keep(async (temporary) => {
      const kept = await beside.ask<'keep'>({ kind: 'keep', path, folder, extension, temporary }, bounds, signal)
      if (kept.isNew) await publish(temporary)
      memo.set(kept.stamp + extension, kept.name)
      memo.set(key, kept.name)
      return kept.name
    })
  })

  const keepOneFile = async (wanted: Wanted, signal?: AbortSignal): Promise<string> => {
    const { stamp, extension, bounds } = wanted
    const known = memo.get(stamp + extension)
    if (known !== undefined && (await touched(join(folder, known)))) return join(folder, known)
    const key = JSON.stringify(wanted)
    await copies.join({ key, operation: bounds.operation, progress: () => {}, signal })
    return join(folder, memo.get(key) ?? '')
  }

  const keepTree = ({ path, bounds }: Wanted, signal?: AbortSignal): Promise<string> =>
    keep(async (temporary) => `${await beside.ask<'tree'>({ kind: 'tree', path, temporary }, bounds, signal)}.tree`)

  const saves = createSingleFlight(async (id, _progress, signal) => {
    const [reference = '', name = ''] = JSON.parse(id) as readonly string[]
    await keep(async (temporary) => {
      await saveImage(reference, temporary, signal)
      await publish(temporary)
      return name
    })
  })

  return {
    keepFile: async (path, signal) => {
      const operation = `keep a copy of ${path}`
      const { lookMs, stallMs, copyMs } = SOURCE_LIMITS
      try {
        const look = { operation, stallMs: lookMs, deadlineMs: lookMs }
        const { kind, canonical, stamp } = await beside.ask<'look'>({ kind: 'look', path }, look, signal)
        const bounds = { operation, stallMs, deadlineMs: copyMs }
        const wanted = { path: canonical, stamp, extension: extensionOf(path), bounds }
        return await (kind === 'folder' ? keepTree(wanted, signal) : keepOneFile(wanted, signal))
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

interface Wanted {
  /** Canonical. */
  readonly path: string
  readonly stamp: string
  /** Of the name that a person gave. */
  readonly extension: string
  readonly bounds: Bounds
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

/** smolvm may go by it. */
const extensionOf = (path: string): string => {
  const extension = path.endsWith('.tar.gz') ? '.tar.gz' : extname(path)
  return /^[.\w-]{0,16}$/.test(extension) ? extension : ''
}

const failureOf = (operation: string, error: unknown, signal?: AbortSignal): DriverError =>
  signal?.aborted === true && !isDriverError(error)
    ? cancelled(operation, error)
    : diskFailure({ operation, error, code: 'SourceUnavailable' })
