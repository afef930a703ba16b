import { fork } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createSeededRandom } from '../../test/helpers/seeded-random.ts'
import { percentile, short } from '../measurement.ts'
import { actOn, soakText } from './people.ts'
import type { Counts } from './people.ts'
import type { Says, Told, Used } from './controlled.ts'
import { createVisitor } from './visitor.ts'
import { nextAct } from './weeks.ts'

/**
 * `npm run soak -- [--minutes 20] [--bottles 200] [--seed 1] [--pace 8]`: a week of 200 bottles in 20 minutes, simulated.
 *
 * Flow: a controller in a process of its own; `--pace` things happen a second (8 are 7 a day for each bottle), by a plan of the
 *   seed; a row for each quarter.
 * Guarantees: exit 1 where from the second quarter to the last heap, descriptors, timers or files of state grow by more than
 *   a fifth (and more than noise). Caveats: times depend on the machine, and are printed, not judged.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    bottles: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    pace: { type: 'string', default: '8' },
  },
})
const [quarterMs, count, pace] = [(Number(values.minutes) * 60_000) / 4, Number(values.bottles), Number(values.pace)]
const random = createSeededRandom(Number(values.seed))
const root = realpathSync(mkdtempSync(join(tmpdir(), 'bottle-t-soak-')))
const bottles = Array.from({ length: count }, (_, at) => `soak-${String(at).padStart(4, '0')}`)
for (const name of bottles) writeFileSync(join(root, `${name}.yaml`), soakText(name))

const child = fork(join(import.meta.dirname, 'controlled.ts'), [root], {
  execArgv: ['--import', 'tsx', '--expose-gc'],
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
})
process.once('exit', () => {
  child.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
child.once('exit', (code) => {
  console.error(`the controller ended with ${code}`)
  process.exit(1)
})
const waiting = new Map<number, (used: Used) => void>()
const { at, token } = await new Promise<Extract<Says, { at: string }>>((resolve) =>
  child.on('message', (says: Says) => ('at' in says ? resolve(says) : waiting.get(says.measure)?.(says))),
)
const tell = (told: Told): void => void child.send(told)
let asked = 0
const measure = (): Promise<Used> =>
  new Promise((resolve) => {
    waiting.set((asked += 1), resolve)
    tell({ measure: asked })
  })

/** Bytes of all files, and how many there are beside asks, of which each bottle keeps 64. */
const folderOf = (path: string): { readonly files: number; readonly kB: number } => {
  let [files, bytes] = [0, 0]
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    const found = lstatSync(join(path, name), { throwIfNoEntry: false })
    if (found?.isFile() !== true) continue
    if (!name.includes('/asks/')) files += 1
    bytes += found.size
  }
  return { files, kB: bytes / 1_000 }
}

const visitor = createVisitor({ at, token })
let turn = 0
const running = new Set<Promise<void>>()
const failed = new Map<string, number>()

const quarter = async (): Promise<Row> => {
  const counts: Counts = { readyMs: [], pageMs: [], acts: 0, answered: 0, late: 0 }
  const rss: number[] = []
  const [began, from] = [performance.now(), turn]
  while (performance.now() - began < quarterMs) {
    const due = from + ((performance.now() - began) / 1_000) * pace
    // A machine that can't keep up has less happening, not more at once.
    while (turn < due && running.size < 100) {
      turn += 1
      counts.acts += 1
      const act = nextAct(random, turn, bottles)
      const done: Promise<void> = actOn(act, { root, visitor, change: (changes) => tell({ changes }), counts })
        .catch((error: unknown) => {
          const why = `${act.do}: ${String(error)}`
          failed.set(why, (failed.get(why) ?? 0) + 1)
        })
        .finally(() => running.delete(done))
      running.add(done)
    }
    await sleep(50)
    if (rss.length < (performance.now() - began) / 1_000) rss.push((await measure()).rssMB)
  }
  // What is under way is no growth.
  await Promise.all(running)
  await sleep(3_000)
  const used = await measure()
  const folder = folderOf(join(root, '.bottled'))
  return { ...used, ...folder, ...counts, rssMB: percentile(rss, 0.5), mostMB: Math.max(...rss) }
}

interface Row extends Used, Counts {
  readonly mostMB: number
  readonly files: number
  readonly kB: number
}

const COLUMNS: readonly (readonly [string, (row: Row) => number | string])[] = [
  ['events', ({ acts }) => acts],
  ['asks answered', ({ answered }) => answered],
  ['not in time', ({ late }) => late],
  ['RSS, median MB', ({ rssMB }) => short(rssMB)],
  ['RSS, most MB', ({ mostMB }) => short(mostMB)],
  ['heap after GC, MB', ({ heapMB }) => short(heapMB)],
  ['descriptors', ({ descriptors }) => descriptors],
  ['timers', ({ timers }) => timers],
  ['state, files', ({ files }) => files],
  ['state, kB', ({ kB }) => short(kB)],
  ['save → Ready p50, ms', ({ readyMs }) => short(percentile(readyMs, 0.5))],
  ['p95', ({ readyMs }) => short(percentile(readyMs, 0.95))],
  ['page p50, ms', ({ pageMs }) => short(percentile(pageMs, 0.5))],
  ['p95', ({ pageMs }) => short(percentile(pageMs, 0.95))],
]
const printed = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`)

const rows: Row[] = []
printed(['quarter', ...COLUMNS.map(([name]) => name)])
printed(['quarter', ...COLUMNS].map(() => '---'))
for (let each = 1; each <= 4; each += 1) {
  const row = await quarter()
  rows.push(row)
  printed([each, ...COLUMNS.map(([, of]) => of(row))])
}
for (const [why, times] of failed) console.error(`${times} × ${why}`)

/** What may be noise, in its own unit. */
const NOISE = { heapMB: 4, descriptors: 10, timers: 50, files: 20 } as const
const grown = (Object.keys(NOISE) as (keyof typeof NOISE)[]).filter((key) => {
  const [second, last] = [rows[1]?.[key] ?? 0, rows[3]?.[key] ?? 0]
  return last > second * 1.2 && last - second > NOISE[key]
})
if (grown.length > 0) console.error(`not flat from the second quarter on: ${grown.join(', ')}`)
child.removeAllListeners('exit')
tell('stop')
await Promise.race([new Promise((resolve) => child.once('exit', resolve)), sleep(30_000)])
process.exit(grown.length > 0 ? 1 : 0)
