import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundleName } from '../../reconcilers/derive/names.ts'
import { type Fleet, openFleet } from '../fleet.ts'
import { bottleName, bottleText, writeBottles } from '../fleets.ts'
import { type Measurement, percentile, short } from '../measurement.ts'
import type { BenchOptions } from '../options.ts'

/**
 * Three times that a person waits, p50 and p95, with drivers that take no time: what is ours of them.
 *
 * Flow: with 20 bottles Ready, a new file is saved until its status says Ready; a bundle is removed until another one runs; the
 *   controller is started until every bottle's first pass has ended. Caveats: wall time, so a busy machine adds to it.
 */
const BOTTLES = 20
const SAVES = 20
const DRIFTS = 20
const RESTARTS = 5
const LONGEST_MS = 60_000

export const measureTimes = async ({ bottles, fleets }: BenchOptions): Promise<readonly Measurement[]> => {
  const root = writeBottles(BOTTLES)
  try {
    const fleet = await openFleet({ root })
    await fleet.manager.rest(AbortSignal.timeout(LONGEST_MS))
    const saved: number[] = []
    for (let at = 0; at < SAVES; at++) saved.push(await save(root, bottleName(BOTTLES + at)))
    const repaired: number[] = []
    for (let at = 0; at < DRIFTS; at++) repaired.push(await drift(fleet, bundleName(bottleName(at % BOTTLES))))
    await fleet.close()
    const few = await restarts(root, BOTTLES + SAVES)
    const many = await restarts(await fleets.ready(bottles), bottles)
    return [
      row('save to Ready', saved, { budget: 1_000 }),
      row('drift to repaired', repaired, { budget: 5_000 }),
      row(`restart, ${BOTTLES + SAVES} observed`, few, { budget: 5_000 }),
      row(`restart, ${bottles} observed`, many, { budget: 30_000 }),
    ]
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const row = (name: string, times: readonly number[], { budget }: { readonly budget: number }): Measurement => ({
  name,
  unit: 'ms',
  value: percentile(times, 0.95),
  budget,
  note: `p95 of ${times.length}; p50 ${short(percentile(times, 0.5))} ms`,
})

const until = async (met: () => boolean | Promise<boolean>): Promise<number> => {
  const began = performance.now()
  while (!(await met())) {
    if (performance.now() - began > LONGEST_MS) throw new Error(`nothing came of it in ${LONGEST_MS} ms`)
    await sleep(2)
  }
  return performance.now() - began
}

const save = (root: string, name: string): Promise<number> => {
  const path = join(root, `${name}.yaml`)
  writeFileSync(path, bottleText(name))
  return until(() => readIfThere(path).includes('phase: Ready'))
}

/** It may be aside at this moment. */
const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const drift = async ({ drivers, change }: Fleet, name: string): Promise<number> => {
  const before = await drivers.containers.find(name)
  if (before === undefined) throw new Error(`there is no container ${name}`)
  change({ do: 'removeContainer', name })
  return until(async () => {
    const now = await drivers.containers.find(name)
    return now !== undefined && now.id !== before.id && now.state === 'running'
  })
}

const restarts = async (root: string, count: number): Promise<readonly number[]> => {
  const times: number[] = []
  for (let round = 0; round < RESTARTS; round++) {
    const began = performance.now()
    const fleet = await openFleet({ root })
    await fleet.manager.rest(AbortSignal.timeout(LONGEST_MS * 5))
    times.push(performance.now() - began)
    const seen = fleet.manager.ends().size
    await fleet.close()
    if (seen !== count) throw new Error(`${seen} of ${count} bottles were observed`)
  }
  return times
}
