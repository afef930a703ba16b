import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { costOf, executable, start } from './child.ts'
import type { BenchOptions } from './options.ts'
import type { Measurement } from './measurement.ts'

/** The cost of an idle controller, in a minute with one resync and one sweep: the defaults. */
const WINDOW_MS = 60_000
const CALM_MS = 3_000

export const measureIdle = async ({ bottles, fleets }: BenchOptions): Promise<readonly Measurement[]> => {
  const root = await fleets.ready(bottles)
  const flags = ['--simulate', '--subnet-pool', '10.128.0.0/9', '--log-level', 'warn']
  const { child, ended } = start([executable('bottled'), 'run', root, ...flags])
  const pid = child.pid ?? 0
  await calm(pid)
  const before = stampsOf(root)
  const first = costOf(pid)
  const at = performance.now()
  await sleep(WINDOW_MS)
  const lastedMs = performance.now() - at
  const last = costOf(pid)
  const written = stampsOf(root)
  child.kill('SIGTERM')
  await ended
  const changed = [...written].filter(([path, stamp]) => before.get(path) !== stamp)
  const note = `${bottles} bottles`
  return [
    {
      name: 'idle, CPU of a core',
      unit: '%',
      value: ((last.cpuMs - first.cpuMs) / lastedMs) * 100,
      budget: 1,
      note,
    },
    { name: 'idle, resident', unit: 'MB', value: last.rssMB, budget: 120, note },
    {
      name: 'idle, files written',
      unit: '',
      value: changed.length,
      budget: 0,
      note: changed
        .map(([path]) => path)
        .slice(0, 3)
        .join(' '),
    },
  ]
}

/** Until it uses little for a while. */
const calm = async (pid: number): Promise<void> => {
  for (let quiet = 0; quiet < CALM_MS;) {
    const before = costOf(pid).cpuMs
    await sleep(500)
    quiet = costOf(pid).cpuMs - before > 100 ? 0 : quiet + 500
  }
}

const stampsOf = (root: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .map((path) => join(root, path))
      .map((path) => [path, statSync(path, { bigint: true, throwIfNoEntry: false })] as const)
      .filter(([, stat]) => stat?.isFile() === true)
      .map(([path, stat]) => [path, `${stat?.ino} ${stat?.mtimeNs} ${stat?.size}`]),
  )
