import { join } from 'node:path'
import { createDisk } from '../../drivers/disk/disk.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'
import type { MountPoints } from './mounts-below.ts'

/**
 * What was mounted below the root, and which files were seen there: for the next start, before which a mount may go.
 *
 * Guarantees: no write without change, and none where nothing with files was ever mounted; what can't be read is as good as
 *   absent. Never throws: where it can't be written, the next start knows less.
 */
export interface MountMemory {
  recall(): Promise<SeenMounts>
  note(seen: SeenMounts): Promise<void>
}

export interface SeenMounts {
  readonly points: MountPoints
  /** Relative to the root. */
  readonly files: ReadonlySet<string>
}

const NOTE = 'mounts'

export const createMountMemory = (stateDir: string): MountMemory => {
  const disk = createDisk({ within: stateDir })
  const file = join(stateDir, NOTE)
  let noted = ''
  return {
    recall: async () => {
      const text = await disk.read(file).catch(() => undefined)
      const seen = seenIn(parseJson(text ?? ''))
      noted = textOf(seen)
      return seen
    },
    note: async ({ points, files }) => {
      const paths = points.size === 0 ? [] : [...files]
      const below = [...points].filter(([point]) => paths.some((path) => path.startsWith(point)))
      const text = textOf({
        points: new Map(below),
        files: new Set(paths.filter((path) => below.some(([point]) => path.startsWith(point)))),
      })
      if (text === noted) return
      await disk.writeDurable(file, text).then(
        () => (noted = text),
        () => undefined,
      )
    },
  }
}

const textOf = ({ points, files }: SeenMounts): string =>
  `${JSON.stringify({ version: 1, points: Object.fromEntries(points), files: [...files].toSorted() }, undefined, 2)}\n`

const seenIn = (value: unknown): SeenMounts => {
  const { version, points, files } = isRecord(value) ? value : {}
  if (version !== 1 || !isRecord(points) || !Array.isArray(files)) return { points: new Map(), files: new Set() }
  const isText = (each: unknown): each is string => typeof each === 'string'
  return {
    points: new Map(Object.entries(points).flatMap(([point, is]) => (isText(is) ? [[point, is] as const] : []))),
    files: new Set((files as readonly unknown[]).filter(isText)),
  }
}
