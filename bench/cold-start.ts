import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { executable, NOTHING_KEPT, readAndHash, readAndParse, runOnce, start } from './child.ts'
import { bottleName } from './fleets.ts'
import { simulationFolder } from '../drivers/simulated/simulation.ts'
import type { BenchOptions } from './options.ts'
import { median } from './measurement.ts'
import type { Measurement } from './measurement.ts'

/**
 * `bottled run --once` on bottles that are already Ready, by CPU time: where nothing is kept of what was parsed, compared with a
 * node that reads and parses the same files; where it is, with one that reads, hashes, and reads the JSON that was kept. Then an
 * edit during a start: how long until the file's status reports it.
 */
const ROUNDS = 3

export const measureColdStart = async ({ cold, fleets }: BenchOptions): Promise<readonly Measurement[]> => {
  const root = await fleets.ready(cold)
  const flags = ['--simulate', '--subnet-pool', '10.128.0.0/9', '--log-level', 'warn']
  const run = [executable('bottled'), 'run', root, ...flags]
  const times = { cold: [] as number[], warm: [] as number[], parse: [] as number[], hash: [] as number[] }
  await runOnce([...run, '--once'])
  let warmMs = 0
  for (let round = 0; round < ROUNDS; round++) {
    times.parse.push((await runOnce(readAndParse(root))).cpuMs)
    const hashed = await runOnce(readAndHash(root, simulationFolder(join(root, '.bottled'))))
    if (Number(hashed.stdout) !== cold) throw new Error(`of ${cold} files ${hashed.stdout.trim()} are kept`)
    times.hash.push(hashed.cpuMs)
    times.cold.push((await runOnce([...run, '--once'], NOTHING_KEPT)).cpuMs)
    const warm = await runOnce([...run, '--once'])
    times.warm.push(warm.cpuMs)
    warmMs = warm.tookMs
  }
  const path = join(root, `${bottleName(Math.floor(cold / 2))}.yaml`)
  const { child, ended } = start(run)
  await sleep(warmMs / 2)
  const text = readFileSync(path, 'utf8')
  const wanted = generationOf(text) + 1
  const began = performance.now()
  writeFileSync(path, text.replace(/agent: \w+/, `agent: agent-${wanted}`))
  while (generationOf(readIfThere(path)) < wanted && performance.now() - began < 60_000) await sleep(5)
  const served = performance.now() - began
  child.kill('SIGTERM')
  await ended
  return [
    row('cold start, CPU', { value: times.cold, floor: times.parse, budget: 1.3, note: `${cold} bottles Ready` }),
    row('warm start, CPU', { value: times.warm, floor: times.hash, budget: 1.5, note: `${cold} bottles Ready` }),
    { name: 'edit during a start', unit: 'ms', value: served, budget: 1_000, note: 'half-way' },
  ]
}

const row = (
  name: string,
  { value, floor, budget, note }: Pick<Measurement, 'budget'> & Record<'value' | 'floor', number[]> & { note: string },
): Measurement => ({
  name,
  unit: 'ms',
  value: median(value),
  floor: median(floor),
  budget,
  note: `${note}, median of ${ROUNDS}`,
})

const generationOf = (text: string): number => {
  const status = text === '' ? undefined : (parse(text) as { status?: { observedGeneration?: number } }).status
  return status?.observedGeneration ?? 0
}

/** It may be aside at this moment. */
const readIfThere = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
