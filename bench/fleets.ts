import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Folder } from '../controller/folder/folder.ts'
import { openFleet } from './fleet.ts'

/** Roots with so many bottles, all Ready, created once per run; every user leaves them Ready. */
export interface Fleets {
  /** The root's path. */
  ready(count: number): Promise<string>
  dispose(): Promise<void>
}

export const bottleText = (name: string): string =>
  `# ${name}: made to be measured
apiVersion: bottled.dev/v1alpha1
kind: Bottle
metadata:
  name: ${name}
  labels: {team: bench}
spec:
  agent: claude
  env: {LOG_LEVEL: debug}
  git: true
  machine: {cpus: 2, memory: 1024}
`

export const bottleName = (index: number): string => `bench-${String(index).padStart(5, '0')}`

export const writeBottles = (count: number): string => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'bottle-t-bench-')))
  for (let index = 0; index < count; index++)
    writeFileSync(join(root, `${bottleName(index)}.yaml`), bottleText(bottleName(index)))
  return root
}

export const createFleets = (): Fleets => {
  const roots = new Map<number, string>()
  const dispose = (): void => {
    for (const root of roots.values()) rmSync(root, { recursive: true, force: true })
  }
  process.once('exit', dispose)
  return {
    ready: async (count) => {
      const made = roots.get(count)
      if (made !== undefined) return made
      const root = writeBottles(count)
      roots.set(count, root)
      const began = performance.now()
      // Unwatched: a watch would report only its own writes.
      const unwatched = (folder: Folder): Folder => ({
        ...folder,
        watch: async () => ({ close: async () => undefined }),
      })
      const fleet = await openFleet({ root, folder: unwatched })
      const ends = await fleet.manager.rest(AbortSignal.timeout(60_000 + count * 60))
      await fleet.close()
      const bad = [...ends.values()].find(({ asAsked }) => !asAsked)
      if (bad !== undefined || ends.size !== count)
        throw new Error(`${ends.size} of ${count} bottles; the first other one is ${bad?.outcome}: ${bad?.message}`)
      process.stderr.write(`(${count} bottles made Ready in ${((performance.now() - began) / 1000).toFixed(1)} s)\n`)
      return root
    },
    dispose: async () => dispose(),
  }
}
