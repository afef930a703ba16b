import { readFile } from 'node:fs/promises'
import { cancelled, DriverError } from '../errors.ts'
import type { Paths, Place } from '../paths.ts'
import { beside as anyBeside, type Beside, type Bounds } from '../reading/beside.ts'
import type { Followed } from '../reading/follow-paths.ts'
import { SOURCE_LIMITS } from '../reading/limits.ts'
import { readKnownRoots } from './known-roots.ts'
import { parseMounts, pathsOf } from './mount-table.ts'

/**
 * Looks at paths of this machine.
 *
 * Guarantees: by `look` nothing is opened, so no FIFO and no device is woken; a path that doesn't answer is an error after a
 *   while, and holds nobody else up.
 * Assumptions: Linux; elsewhere there is no table of mounts to be read, and none are known.
 */
export const createPaths = ({
  roots,
  beside = anyBeside,
}: { readonly roots?: string; readonly beside?: Beside } = {}): Paths => {
  const lookAll = async (paths: readonly string[], signal?: AbortSignal): Promise<readonly Followed[]> => {
    const [first = '/'] = paths
    const operation = operationOf(paths.length > 1 ? `${first} and others` : first)
    if (signal?.aborted === true) throw cancelled(operation)
    return beside.ask<'follow'>({ kind: 'follow', path: paths.join(', '), paths }, boundsOf(operation), signal)
  }
  return {
    look: async (path, signal) => {
      const [found] = await lookAll([path], signal)
      return placeOf(path, found)
    },
    lookAll: async (paths, signal) => {
      const found = paths.length === 0 ? [] : await lookAll(paths, signal)
      return paths.map((path, at) => {
        try {
          return placeOf(path, found[at])
        } catch (error) {
          return error as DriverError
        }
      })
    },
    mountPoints: async () => parseMounts(await tableOf('self')).map(({ point }) => point),
    mountsOf: async (pid) => {
      const [own, machine] = await Promise.all([tableOf(String(pid)), tableOf('self')])
      if (own === '' || machine === '') return undefined
      const lines = parseMounts(machine)
      return new Map(parseMounts(own).map((line) => [line.point, pathsOf(line, lines)]))
    },
    gitFolders: (folder, signal) =>
      beside.ask<'gitFolders'>({ kind: 'gitFolders', path: folder }, boundsOf(`look for git around ${folder}`), signal),
    knownRoots: async () => (roots === undefined ? [] : readKnownRoots(roots, beside)),
  }
}

const boundsOf = (operation: string): Bounds => {
  const { lookMs } = SOURCE_LIMITS
  return { operation, stallMs: lookMs, deadlineMs: lookMs }
}

const operationOf = (path: string): string => `look where ${path} leads`

const placeOf = (path: string, found: Followed | undefined): Place => {
  if (found !== undefined && 'place' in found) return found.place
  const detail = found?.why ?? 'nothing was found'
  throw new DriverError({ code: 'SourceUnavailable', operation: operationOf(path), detail })
}

/** '' if there is none, or it has ended. */
const tableOf = (process: string): Promise<string> => readFile(`/proc/${process}/mountinfo`, 'utf8').catch(() => '')
