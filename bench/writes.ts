import { rmSync } from 'node:fs'
import { openFleet } from './fleet.ts'
import { writeBottles } from './fleets.ts'
import type { Measurement } from './measurement.ts'

/** How often a bottle's file is written on its way to Ready. */
const COUNT = 50

export const measureWrites = async (): Promise<readonly Measurement[]> => {
  const root = writeBottles(COUNT)
  const written = new Map<string, number>()
  try {
    const fleet = await openFleet({
      root,
      folder: (folder) => ({
        ...folder,
        rewrite: async (path, edit) => {
          const result = await folder.rewrite(path, edit)
          if (result.kind === 'written') written.set(path, (written.get(path) ?? 0) + 1)
          return result
        },
      }),
    })
    await fleet.manager.rest(AbortSignal.timeout(60_000))
    await fleet.close()
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
  return [
    {
      name: 'status writes to Ready',
      unit: '',
      value: Math.max(...written.values()),
      budget: 5,
      note: `maximum over ${written.size} bottles`,
    },
  ]
}
