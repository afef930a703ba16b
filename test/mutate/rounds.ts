import { openBench } from './bench.ts'
import type { Bench } from './bench.ts'
import type { Mutant } from './sandbox.ts'

/** The mutants that one test file reaches. */
export interface Reach {
  readonly test: string
  readonly ms: number
  /** Mutants reached by its import alone: each needs its own process. */
  readonly loaded: ReadonlySet<string>
  /** How often a run reaches the others. */
  readonly hits: Readonly<Record<string, number>>
}

/** undefined if it reaches nothing or takes too long. Throws if it fails without a mutant. */
export const reachOf = async (sandbox: string, test: string, limitMs: number): Promise<Reach | undefined> => {
  const bench = await openBench({ sandbox, test, limitMs })
  bench.end()
  const { opening } = bench
  if (opening === undefined) {
    console.log(`left out: ${test} failed, or takes more than ${limitMs / 1000} s`)
    return undefined
  }
  if (opening.errors !== '') throw new Error(`${test} fails without a mutant:\n${opening.errors}`)
  const { loaded, hits, ms } = opening
  return loaded.length + Object.keys(hits).length === 0 ? undefined : { test, ms, loaded: new Set(loaded), hits }
}

/** Plays these mutants with one test file; reports each that it noticed. */
export const playRound = async (
  { test, ms, loaded, hits }: Reach,
  options: {
    readonly sandbox: string
    readonly mutants: readonly Mutant[]
    readonly isOpen: (mutant: Mutant) => boolean
    readonly noticed: (mutant: Mutant) => void
  },
): Promise<void> => {
  const { sandbox, mutants, isOpen, noticed } = options
  const limitMs = ms * 20 + 20_000
  let bench: Bench | undefined
  /** On a bench unharmed by other mutants. */
  const isNoticedAfresh = async ({ id }: Mutant): Promise<boolean> => {
    const fresh = await openBench({ sandbox, test, limitMs, mutant: id })
    fresh.end()
    return fresh.opening === undefined || fresh.opening.errors !== ''
  }
  for (const mutant of mutants.filter(isOpen)) {
    if (!isOpen(mutant)) continue
    if (loaded.has(mutant.id)) {
      if (await isNoticedAfresh(mutant)) noticed(mutant)
      continue
    }
    bench ??= await openBench({ sandbox, test, limitMs })
    const end = await bench.play(mutant.id, hits[mutant.id] ?? 0)
    if (end === 'noticed') noticed(mutant)
    if (end !== 'lost') continue
    bench.end()
    bench = undefined
    if (await isNoticedAfresh(mutant)) noticed(mutant)
  }
  bench?.end()
}
