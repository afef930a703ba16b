import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'

/**
 * Holds one test file in memory and plays its tests on request, each time with another mutant active.
 *
 * Guarantees: if the failure of a mutant has side effects, so that the tests fail without it too, the process
 *   reports that: this and later results don't count. Assumptions: uvu's queue, as its own command line uses it.
 */
interface Switch {
  activeMutant?: string | undefined
  hitCount?: number
  hitLimit?: number
  mutantCoverage?: { static: Record<string, number> }
}
/** What the first run of the tests took. */
export interface Took {
  readonly ms: number
  /** Of the processor, in all threads: unlike `ms` it says the same on a busy machine. */
  readonly cpuMs: number
  /** From the start of the process, so with the loading of the tests. */
  readonly cpuSinceStartMs: number
}
export type Told =
  | {
      readonly loaded: readonly string[]
      readonly hits: Readonly<Record<string, number>>
      readonly took: Took
      readonly errors: string
    }
  | { readonly failed: boolean; readonly fit: boolean }
export interface Asked {
  readonly mutant: string
  readonly hits: number
}
type Run = () => Promise<readonly [errors: string | true, ran: number, skipped: number, all: number]>

const QUEUE: [name: string, ...runs: Run[]][] = [['']]
const world = globalThis as typeof globalThis & { __stryker__?: Switch; UVU_DEFER?: number; UVU_QUEUE?: typeof QUEUE }
world.UVU_DEFER = 1
world.UVU_QUEUE = QUEUE
/** So many times the hits of a run without a mutant mean an endless loop. */
const HIT_FACTOR = 100

// A counterexample is enough: nobody reads the smallest.
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true })
process.on('disconnect', () => process.exit())
await import(pathToFileURL(resolve(process.argv[2] ?? '')).href)
const lever = (world.__stryker__ ??= {})
const [, ...runs] = QUEUE[0] ?? ['']
const play = async (): Promise<string> => {
  let errors = ''
  for (const run of runs) {
    const [failed, ran, , all] = await run()
    errors += failed !== true ? failed : ran < all ? 'a hook failed' : ''
  }
  return errors
}
const tell = (told: Told): void => void process.send?.(told)

const coverage = (lever.mutantCoverage ??= { static: {} })
const loaded = Object.keys(coverage.static)
// The object itself is known to each instrumented file.
coverage.static = {}
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const began = { ms: performance.now(), cpuMs: cpuMs() }
const first = await play()
const took = { ms: performance.now() - began.ms, cpuMs: cpuMs() - began.cpuMs, cpuSinceStartMs: cpuMs() }
const hits = { ...coverage.static }
tell({ loaded, hits, took, errors: first })

process.on('message', ({ mutant, hits: usual }: Asked) => {
  void (async () => {
    Object.assign(lever, { activeMutant: mutant, hitCount: 0, hitLimit: (usual + 10) * HIT_FACTOR })
    const failed = (await play()) !== ''
    lever.activeMutant = undefined
    tell({ failed, fit: !failed || (await play()) === '' })
  })()
})
