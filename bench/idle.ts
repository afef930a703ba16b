import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { costOf, executable, start } from './child.ts'
import type { BenchOptions } from './options.ts'
import type { Measurement } from './measurement.ts'

/**
 * The cost of an idle controller. Two windows, without and with a resync, show the cost of each; the share is
 * that of a minute with one resync, the default.
 */
const WINDOW_MS = 10_000
const RESYNC_S = 25
const CALM_MS = 3_000

export const measureIdle = async ({ bottles, fleets }: BenchOptions): Promise<readonly Measurement[]> => {
  const root = await fleets.ready(bottles)
  const began = performance.now()
  const flags = ['--simulate', '--subnet-pool', '10.128.0.0/9', '--resync', `${RESYNC_S}s`, '--log-level', 'warn']
  const { child, ended } = start([executable('bottled'), 'run', root, ...flags])
  const pid = child.pid ?? 0
  await calm(pid)
  const before = stampsOf(root)
  const first = costOf(pid)
  const at = performance.now()
  await sleep(Math.max(2_000, Math.min(WINDOW_MS, RESYNC_S * 1_000 - (at - began) - 1_500)))
  const quietMs = performance.now() - at
  const second = costOf(pid)
  await sleep(RESYNC_S * 1_000 - (performance.now() - began) + 3_000)
  await calm(pid)
  const third = costOf(pid)
  const sinceMs = performance.now() - at - quietMs
  const written = stampsOf(root)
  child.kill('SIGTERM')
  await ended
  const share = (second.cpuMs - first.cpuMs) / quietMs
  const resyncMs = Math.max(0, third.cpuMs - second.cpuMs - share * sinceMs)
  const changed = [...written].filter(([path, stamp]) => before.get(path) !== stamp)
  const note = `${bottles} bottles`
  return [
    {
      name: 'idle, CPU of a core',
      unit: '%',
      value: (share + resyncMs / 60_000) * 100,
      budget: 1,
      note: `${note}; polls ${(share * 100).toFixed(2)} %, one resync ${resyncMs.toFixed(0)} ms`,
    },
    { name: 'idle, resident', unit: 'MB', value: third.rssMB, budget: 120, note },
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
