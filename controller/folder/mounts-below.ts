import { readFile } from 'node:fs/promises'
import { parseMounts } from '../../drivers/host/mount-table.ts'

/**
 * What is mounted below the root: a mount that goes, or comes over a folder, leaves other files under the same paths.
 *
 * Guarantees: where what is mounted on a folder isn't what was when files were seen below it, and some of them are missing,
 *   that folder is told: until it is as it was, or a person accepts it. A mount of the same file system (`mount --bind`)
 *   counts, too, which no number of a device would tell.
 * Caveats: only Linux says what is mounted; elsewhere nothing is. Of what stood where nothing was mounted, a start remembers nothing.
 */
export interface Mounts {
  /** `now`: from `mountsBelow`; `seen`, `files`: those of the sweep before, and those of this one. */
  changed(now: MountPoints, seen: ReadonlySet<string>, files: ReadonlyMap<string, unknown>): readonly string[]
  /** As they should be; those that were changed, as they were. */
  known(): MountPoints
  /** A person said that they are as they should be. True if any weren't. */
  accept(): boolean
}

/** By folder, relative to the root with a `/` at the end: device and the folder in it, as the kernel writes them. */
export type MountPoints = ReadonlyMap<string, string>

/** `before`: of an earlier run; what else is mounted at the first look, was then. */
export const createMounts = (before: MountPoints = new Map()): Mounts => {
  let known: Map<string, string> | undefined
  let current: MountPoints = new Map()
  let others: readonly string[] = []

  const adopt = (point: string): void => {
    const is = current.get(point)
    if (is === undefined) known?.delete(point)
    else known?.set(point, is)
  }

  return {
    changed: (now, seen, files) => {
      current = now
      known ??= new Map([...now, ...before])
      const missing = [...seen].filter((path) => !files.has(path))
      const unlike = [...new Set([...known.keys(), ...now.keys()])].filter(
        (point) => known?.get(point) !== now.get(point),
      )
      others = unlike.filter((point) => missing.some((path) => path.startsWith(point)))
      for (const point of unlike) if (!others.includes(point)) adopt(point)
      return others
    },
    known: () => known ?? before,
    accept: () => {
      const any = others.length > 0
      for (const point of others) adopt(point)
      others = []
      return any
    },
  }
}

/** Of two mounts on one folder the later one, which hides the other. `table`: as /proc/self/mountinfo, proc(5). */
export const mountsBelow = async (folder: string, table = '/proc/self/mountinfo'): Promise<MountPoints> => {
  const text = await readFile(table, 'utf8').catch(() => '')
  const prefix = folder.endsWith('/') ? folder : `${folder}/`
  const below = parseMounts(text).filter(({ point }) => point.startsWith(prefix))
  return new Map(below.map(({ device, root, point }) => [`${point.slice(prefix.length)}/`, `${device} ${root}`]))
}
