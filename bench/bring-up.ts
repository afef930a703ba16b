import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { channel } from 'node:diagnostics_channel'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import type { ClientRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bareBringUp, clearEngine } from './bare-dockerode.ts'
import { bottleText } from './fleets.ts'
import type { Measurement } from './measurement.ts'
import { openReal } from './real-fleet.ts'

/**
 * Twenty bottles on the real Docker Engine with the stand-in for smolvm, compared with bare dockerode making the same
 * calls, in the same order, as many at once, with the same smolvm calls. Both in turns, from nothing each time.
 */
const COUNT = 20
const WORKERS = 8

export const measureBringUp = async (): Promise<readonly Measurement[]> => {
  const image = process.env['BENCH_BUNDLE_IMAGE']
  if (image === undefined || image === '') {
    process.stderr.write('bring-up is skipped: no Docker Engine answers here\n')
    return []
  }
  const word = randomBytes(4).toString('hex')
  const base = realpathSync(mkdtempSync(join(tmpdir(), `bottle-t-${word}-`)))
  const smolvm = join(import.meta.dirname, '..', 'test', 'fixtures', 'smolvm')
  const requests: string[] = []
  const listen = (message: unknown): void => {
    const { method, path } = (message as { readonly request: ClientRequest }).request
    requests.push(`${method} ${path}`)
  }
  const names = Array.from({ length: COUNT }, (_unused, index) => `t-${word}-${index}`)
  try {
    channel('http.client.request.start').subscribe(listen)
    const began = performance.now()
    const fleet = await openReal({ base, names, text: bottleText, smolvm, image, workers: WORKERS })
    const own = performance.now() - began
    channel('http.client.request.start').unsubscribe(listen)
    await fleet.close()
    await clearEngine(word)
    const calls = callsOf(join(base, 'home'), names)
    const floor = await bareBringUp({ names, image, workers: WORKERS, calls, smolvm, home: join(base, 'home-of-bare') })
    return [
      {
        name: 'bring-up on Docker',
        unit: 'ms',
        value: own,
        floor: floor.tookMs,
        budget: 1.1,
        note: `${COUNT} bottles, ${requests.length} Docker requests against ${floor.requests}; ${calls.flat().length} smolvm calls each`,
      },
    ]
  } finally {
    await clearEngine(word)
    killMachines(base)
    rmSync(base, { recursive: true, force: true })
  }
}

/** The smolvm calls for each machine. */
const callsOf = (home: string, names: readonly string[]): readonly (readonly (readonly string[])[])[] => {
  const log = join(home, '.local', 'share', 'smolvm-stand-in', 'calls.log')
  const all = existsSync(log)
    ? readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as readonly string[])
    : []
  return names.map((name) => all.filter((call) => call.includes(`bottle-${name}`)))
}

const killMachines = (base: string): void => {
  const { stdout } = spawnSync('pgrep', ['-f', `_boot-vm.*${base}`], { encoding: 'utf8' })
  for (const pid of stdout.split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It ended meanwhile.
    }
  }
}
