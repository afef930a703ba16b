import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { watch } from 'chokidar'
import { openFleet } from './fleet.ts'
import { bottleName } from './fleets.ts'
import type { BenchOptions } from './options.ts'
import { median, percentile } from './measurement.ts'
import type { Measurement } from './measurement.ts'

/**
 * The time from an edit to the pass that serves it (which first writes the record), among so many idle bottles.
 * Floor: from the same edit to chokidar's own `change`, on the same folder, in turns with it.
 */
const EDITS = 100
const PAUSE_MS = 100

export const measureLatency = async ({ bottles, fleets }: BenchOptions): Promise<readonly Measurement[]> => {
  const root = await fleets.ready(bottles)
  const floor = await chokidarAlone(root, bottles)
  const own = await controller(root, bottles)
  return [
    {
      name: 'edit → reconcile, p99',
      unit: 'ms',
      value: percentile(own, 0.99),
      floor: percentile(floor, 0.99),
      budget: 1.5,
      note: `p50 ${median(own).toFixed(1)} against ${median(floor).toFixed(1)} ms, ${EDITS} edits, ${bottles} bottles`,
    },
  ]
}

const chokidarAlone = async (root: string, bottles: number): Promise<readonly number[]> => {
  const seen = new Map<string, () => void>()
  const watcher = watch(root, { ignoreInitial: true, ignored: (path) => path.includes('/.bottled') })
  watcher.on('change', (path) => seen.get(path)?.())
  await new Promise<void>((resolve) => watcher.once('ready', resolve))
  await sleep(300)
  try {
    return await edits({ root, bottles, once: (name, tell) => seen.set(join(root, `${name}.yaml`), tell) })
  } finally {
    await watcher.close()
  }
}

const controller = async (root: string, bottles: number): Promise<readonly number[]> => {
  const seen = new Map<string, () => void>()
  const fleet = await openFleet({
    root,
    drivers: (drivers) => ({
      ...drivers,
      records: {
        ...drivers.records,
        write: (record) => {
          seen.get(record.name)?.()
          return drivers.records.write(record)
        },
      },
    }),
  })
  try {
    await fleet.manager.rest(AbortSignal.timeout(120_000))
    return await edits({ root, bottles, once: (name, tell) => seen.set(name, tell) })
  } finally {
    await fleet.manager.rest(AbortSignal.timeout(60_000))
    await fleet.close()
  }
}

interface Edits {
  readonly root: string
  readonly bottles: number
  readonly once: (name: string, tell: () => void) => void
}

const edits = async ({ root, bottles, once }: Edits): Promise<readonly number[]> => {
  const took: number[] = []
  for (let index = 0; index < EDITS; index++) {
    const name = bottleName(Math.floor((index * bottles) / EDITS))
    const path = join(root, `${name}.yaml`)
    const text = readFileSync(path, 'utf8')
    const agent = /agent: claude$/m.test(text) ? 'agent: codex' : 'agent: claude'
    const ended = new Promise<number>((resolve) => once(name, () => resolve(performance.now())))
    const began = performance.now()
    writeFileSync(path, text.replace(/agent: \w+/, agent))
    const end = await Promise.race([ended, sleep(10_000).then(() => began + 10_000)])
    took.push(end - began)
    once(name, () => undefined)
    await sleep(PAUSE_MS)
  }
  return took
}
