import { type Entry, follow } from '../follow.ts'
import type { Paths } from '../paths.ts'
import { cancelled, DriverError, isDriverError } from '../errors.ts'
import { messageOf } from '../message.ts'
import type { World } from './world.ts'

/**
 * Paths of the simulated world, which has no git and no other roots: all that isn't known otherwise is a folder there, and each
 * path is a place of its own.
 */
export const createSimulatedPaths = (world: World): Paths => {
  const look: Paths['look'] = async (path, signal) => {
    const operation = `look where ${path} leads`
    if (signal?.aborted === true) throw cancelled(operation)
    try {
      return await follow(path, async (at) => entryAt(world, at))
    } catch (cause) {
      throw new DriverError({ code: 'SourceUnavailable', operation, detail: messageOf(cause), cause })
    }
  }
  return {
    look,
    lookAll: (paths, signal) =>
      Promise.all(paths.map((path) => look(path, signal).catch((error: unknown) => orThrow(error)))),
    mountPoints: async () => [],
    mountsOf: async (pid) => {
      const found = Object.values(world.containers).find((container) => container.pid === pid)
      return found?.mounted === undefined
        ? undefined
        : new Map(Object.entries(found.mounted).map(([target, source]) => [target, [source]]))
    },
    gitFolders: async () => [],
    knownRoots: async () => [],
  }
}

/** Cancelled, nothing is told of any. */
const orThrow = (error: unknown): DriverError => {
  if (isDriverError(error) && error.code !== 'Aborted') return error
  throw error
}

const entryAt = (world: World, path: string): Entry | undefined => {
  if (world.missing.includes(path)) return undefined
  const target = world.links[path]
  if (target !== undefined) return { kind: 'link', target }
  const kind = world.kinds[path] ?? 'folder'
  return { kind, device: '1', inode: path, owner: 1000, mode: kind === 'folder' ? 0o755 : 0o644, links: 1 }
}
