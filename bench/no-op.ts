import { setTimeout as sleep } from 'node:timers/promises'
import { counted, dockerCalls } from './counted.ts'
import { openFleet } from './fleet.ts'
import type { BenchOptions } from './options.ts'
import { median } from './measurement.ts'
import type { Measurement } from './measurement.ts'

/** The cost of a pass that finds nothing to do, and the Docker calls and writes of a resync. */
const ROUNDS = 6
const RESYNC_MS = 1_500

export const measureNoOp = async ({ bottles, fleets }: BenchOptions): Promise<readonly Measurement[]> => {
  const root = await fleets.ready(bottles)
  const counts = new Map<string, number>()
  let writes = 0
  let idleWrites = 0
  const fleet = await openFleet({
    root,
    resyncMs: RESYNC_MS,
    drivers: (drivers) => counted(drivers, counts),
    onWrite: () => (writes += 1),
    folder: (folder) => ({
      ...folder,
      rewrite: async (path, edit) => {
        const result = await folder.rewrite(path, edit)
        if (result.kind === 'written') writes += 1
        return result
      },
    }),
  })
  await fleet.manager.rest(AbortSignal.timeout(120_000))
  writes = 0
  const perPassMs: number[] = []
  const calls: number[] = []
  try {
    for (let round = 0; round < ROUNDS; round++) {
      counts.clear()
      const before = process.cpuUsage()
      while (passes(counts) < bottles) await sleep(20)
      await fleet.manager.rest(AbortSignal.timeout(60_000))
      const { user, system } = process.cpuUsage(before)
      perPassMs.push((user + system) / 1_000 / passes(counts))
      calls.push(dockerCalls(counts) / Math.round(passes(counts) / bottles))
    }
    idleWrites = writes
  } finally {
    await fleet.close()
  }
  // The first rounds warm up the compiler.
  const warm = perPassMs.slice(2)
  return [
    {
      name: 'no-op reconcile, own CPU',
      unit: 'ms',
      value: median(warm),
      budget: 0.1,
      note: `rounds: ${perPassMs.map((each) => each.toFixed(3)).join(' ')}; ${bottles} bottles`,
    },
    {
      name: 'Docker calls per resync',
      unit: '',
      value: median(calls),
      budget: 2,
      note: `${bottles} bottles; ${[...counts].map(([key, count]) => `${key} ${count}`).join(', ')}`,
    },
    { name: 'writes per resync', unit: '', value: idleWrites, budget: 0 },
  ]
}

/** A settled bottle with a git gate is probed once at each of two ports. */
const passes = (counts: ReadonlyMap<string, number>): number => (counts.get('probes.ask') ?? 0) / 2
