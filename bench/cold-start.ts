import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { executable, readAndParse, runOnce, start } from './child.ts'
import { bottleName } from './fleets.ts'
import type { BenchOptions } from './options.ts'
import { median } from './measurement.ts'
import type { Measurement } from './measurement.ts'

/**
 * `bottled run --once` on bottles that are already Ready, compared with a node that only reads and parses the same files.
 * Then an edit during such a start: how long until the file's status reports it.
 */
const ROUNDS = 3

export const measureColdStart = async ({ cold, fleets }: BenchOptions): Promise<readonly Measurement[]> => {
  const root = await fleets.ready(cold)
  const flags = ['--simulate', '--subnet-pool', '10.128.0.0/9', '--log-level', 'warn']
  const run = [executable('bottled'), 'run', root, ...flags]
  const own: number[] = []
  const floor: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    floor.push((await runOnce(readAndParse(root))).tookMs)
    own.push((await runOnce([...run, '--once'])).tookMs)
  }
  const path = join(root, `${bottleName(Math.floor(cold / 2))}.yaml`)
  const { child, ended } = start(run)
  await sleep(median(own) / 2)
  const text = readFileSync(path, 'utf8')
  const wanted = generationOf(text) + 1
  const began = performance.now()
  writeFileSync(path, text.replace(/agent: \w+/, `agent: agent-${wanted}`))
  while (generationOf(readIfThere(path)) < wanted && performance.now() - began < 60_000) await sleep(5)
  const served = performance.now() - began
  child.kill('SIGTERM')
  await ended
  return [
    {
      name: 'cold start',
      unit: 'ms',
      value: median(own),
      floor: median(floor),
      budget: 1.3,
      note: `${cold} bottles Ready, median of ${ROUNDS}`,
    },
    { name: 'edit during a cold start', unit: 'ms', value: served, budget: 1_000, note: 'half-way' },
  ]
}

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
