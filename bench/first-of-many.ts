import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { executable, start } from './child.ts'
import { bottleName, bottleText } from './fleets.ts'
import type { BenchOptions } from './options.ts'
import type { Measurement } from './measurement.ts'

/**
 * New bottles dropped into the folder of a controller that runs: how long from the first file until one of them is served:
 * its status says so.
 */
const LONGEST_MS = 120_000
/** The first served is among the first written. */
const LOOKED_AT = 256

export const measureFirstOfMany = async ({ bottles }: BenchOptions): Promise<readonly Measurement[]> => {
  const found: Measurement[] = []
  for (const count of [bottles, bottles * 2, bottles * 4]) found.push(await measure(count))
  return found
}

const measure = async (count: number): Promise<Measurement> => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'bottle-t-bench-')))
  const flags = ['--simulate', '--subnet-pool', '10.128.0.0/9', '--log-level', 'warn']
  const { child, ended } = start([executable('bottled'), 'run', root, ...flags])
  try {
    await sleep(3_000)
    const names = Array.from({ length: count }, (_, index) => bottleName(index))
    const began = performance.now()
    const first = names.slice(0, LOOKED_AT).map((name) => join(root, `${name}.yaml`))
    let value: number | undefined
    const look = (): void => {
      if (value === undefined && first.some(isServed)) value = performance.now() - began
    }
    for (const [index, name] of names.entries()) {
      writeFileSync(join(root, `${name}.yaml`), bottleText(name))
      if (index % LOOKED_AT === 0) look()
    }
    const writtenMs = performance.now() - began
    for (look(); value === undefined; look()) {
      if (performance.now() - began > LONGEST_MS) throw new Error(`none of ${count} new bottles is served`)
      await sleep(5)
    }
    return {
      name: `first of ${count} new served`,
      unit: 'ms',
      value,
      budget: 1_000,
      note: `the files were written in ${writtenMs.toFixed(0)} ms`,
    }
  } finally {
    child.kill('SIGTERM')
    await ended
    rmSync(root, { recursive: true, force: true })
  }
}

const sizes = new Map<string, number>()

/** Read only once its size has changed. */
const isServed = (path: string): boolean => {
  const size = statSync(path, { throwIfNoEntry: false })?.size
  if (size === undefined || sizes.get(path) === size) return false
  sizes.set(path, size)
  try {
    return readFileSync(path, 'utf8').includes('phase: ')
  } catch {
    return false
  }
}
