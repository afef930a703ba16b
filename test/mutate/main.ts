import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { report } from './report.ts'
import { DECIDE, WATCH, filesIn, testOf } from './rooms.ts'
import { playAfresh, playRound, reachOf } from './rounds.ts'
import type { Reach } from './rounds.ts'
import { makeSandbox } from './sandbox.ts'
import type { Mutant } from './sandbox.ts'
import { openVerdicts } from './verdicts.ts'

/**
 * `npm run mutate`: changes the deciding code, one place at a time, and checks whether a test notices.
 *
 * Flow: Stryker's instrumenter compiles all mutants into a copy of the tree, each behind a switch; each test file runs once to
 *   find the mutants it reaches; then each file is played with those, the tests of a source's own name first, until one
 *   notices. Verdicts of earlier runs aren't played again.
 * Guarantees: only tests of `npm test` that need no Docker, smolvm or package count. A mutant with which a test takes more than
 *   five times its processor time, or waits without end, is killed by time: it is played once more, alone, before that counts.
 * Usage: npm run mutate [-- PATHPART …] [--fresh] [--workers N] — a PATHPART is part of a source's path, e.g.
 *   `reconcilers/machine`; without N there is a worker per core.
 */
const { values, positionals } = parseArgs({
  options: {
    fresh: { type: 'boolean', default: false },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
  allowPositionals: true,
})
/** A test file that takes more of the processor isn't played. */
const LONGEST_CPU_MS = 60_000
/** Mutants per process. */
const CHUNK = 50

const root = new URL('../..', import.meta.url).pathname
const cache = join(root, '.cache/mutate')
const verdictsPath = join(cache, 'verdicts.json')
if (values.fresh) rmSync(verdictsPath, { force: true })

const inParallel = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const waiting = [...items]
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Number(values.workers) }, worker))
}

const files = DECIDE.flatMap((path) => filesIn(root, path)).filter(
  (file) => positionals.length === 0 || positionals.some((part) => file.includes(part)),
)
const tests = WATCH.flatMap((path) => filesIn(root, path)).filter((file) => file.endsWith('.test.ts'))
const sandbox = join(cache, `sandbox-${process.pid}`)
process.once('exit', () => rmSync(sandbox, { recursive: true, force: true }))
for (const end of ['SIGINT', 'SIGTERM'] as const) process.once(end, () => process.exit(1))

const mutants = await makeSandbox(root, sandbox, files)
const reaches: Reach[] = []
await inParallel(tests, async (test) => {
  const reach = await reachOf(sandbox, test, LONGEST_CPU_MS)
  if (reach !== undefined) reaches.push(reach)
})
reaches.sort((a, b) => a.took.ms - b.took.ms)
console.log(`${mutants.length} mutants in ${files.length} files; ${reaches.length} test files reach them`)

const comesBy = ({ loaded, hits }: Reach, { id }: Mutant): boolean => loaded.has(id) || hits[id] !== undefined
const testsOf = (mutant: Mutant): readonly string[] =>
  reaches.filter((reach) => comesBy(reach, mutant)).map(({ test }) => test)
const isOwn = (test: string, { file }: Mutant): boolean => test === testOf(file)

const verdicts = openVerdicts(root, verdictsPath)
const open = new Set(mutants.filter((mutant) => verdicts.find(mutant, testsOf(mutant)) === undefined))
const played = open.size
/** Those that made a test late while others were played beside them. */
const late = new Map<Mutant, Reach>()
const noteKill = (mutant: Mutant, { test }: Reach, end: 'noticed' | 'late'): void =>
  verdicts.add(mutant, { survived: false, tests: [test], ...(end === 'late' ? { late: true } : {}) })
const playAll = async (pick: (test: string, mutant: Mutant) => boolean): Promise<void> => {
  const jobs = reaches.flatMap((reach) => {
    const ours = [...open].filter((mutant) => comesBy(reach, mutant) && pick(reach.test, mutant))
    return Array.from({ length: Math.ceil(ours.length / CHUNK) }, (_, index) => ({
      reach,
      some: ours.slice(index * CHUNK, (index + 1) * CHUNK),
    }))
  })
  let done = 0
  await inParallel(jobs, async ({ reach, some }) => {
    await playRound(reach, {
      sandbox,
      mutants: some,
      isOpen: (mutant) => open.has(mutant),
      ended: (mutant, end) => {
        open.delete(mutant)
        if (end === 'late') late.set(mutant, reach)
        else noteKill(mutant, reach, end)
      },
    })
    verdicts.save()
    done += 1
    if (done % 20 === 0) console.log(`${done} of ${jobs.length} rounds, ${open.size} mutants unnoticed so far`)
  })
}
/** By that test, then by the others; late there, too, counts only the second time. */
const playAlone = async (
  mutant: Mutant,
  first: Reach,
): Promise<{ readonly reach: Reach; readonly how: 'noticed' | 'late' } | undefined> => {
  const others = reaches.filter((reach) => reach !== first && comesBy(reach, mutant))
  for (const reach of [first, ...others]) {
    let how = await playAfresh(sandbox, reach, mutant)
    if (how === 'late' && reach !== first) how = await playAfresh(sandbox, reach, mutant)
    if (how !== 'unnoticed') return { reach, how }
  }
  return undefined
}
await playAll(isOwn)
await playAll((test, mutant) => !isOwn(test, mutant))
if (late.size > 0) console.log(`${late.size} mutants are played once more, each alone`)
for (const [mutant, reach] of late) {
  const end = await playAlone(mutant, reach)
  if (end === undefined) open.add(mutant)
  else noteKill(mutant, end.reach, end.how)
  verdicts.save()
}
for (const mutant of open) verdicts.add(mutant, { survived: true, tests: testsOf(mutant) })
if (positionals.length === 0) verdicts.forgetOthers()
verdicts.save()

const ends = new Map(mutants.map((mutant) => [mutant, verdicts.find(mutant, testsOf(mutant))]))
report(mutants, {
  survived: new Set(mutants.filter((mutant) => ends.get(mutant)?.survived !== false)),
  late: new Set(mutants.filter((mutant) => ends.get(mutant)?.late === true)),
})
console.log(`${played} played, ${mutants.length - played} known from before`)
