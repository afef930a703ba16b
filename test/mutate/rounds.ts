import { openBench } from './bench.ts'
import type { Bench } from './bench.ts'
import { patienceAfresh } from './patience.ts'
import type { Took } from './player.ts'
import type { Mutant } from './sandbox.ts'

/** The mutants that one test file reaches. */
export interface Reach {
  readonly test: string
  readonly took: Took
  /** Mutants reached by its import alone: each needs its own process. */
  readonly loaded: ReadonlySet<string>
  /** How often a run reaches the others. */
  readonly hits: Readonly<Record<string, number>>
}

/** undefined if it reaches nothing or takes too long. Throws if it fails without a mutant. */
export const reachOf = async (sandbox: string, test: string, cpuMs: number): Promise<Reach | undefined> => {
  const bench = await openBench({ sandbox, test, patience: { cpuMs, ms: cpuMs * 10 } })
  bench.end()
  const { opening } = bench
  if (typeof opening === 'string') {
    console.log(`left out: ${test} failed, or takes more than ${cpuMs / 1000} s of the processor`)
    return undefined
  }
  if (opening.errors !== '') throw new Error(`${test} fails without a mutant:\n${opening.errors}`)
  const { loaded, hits, took } = opening
  return loaded.length + Object.keys(hits).length === 0 ? undefined : { test, took, loaded: new Set(loaded), hits }
}

/** In a process of its own, unharmed by other mutants. */
export const playAfresh = async (
  sandbox: string,
  { test, took }: Reach,
  { id }: Mutant,
): Promise<'noticed' | 'unnoticed' | 'late'> => {
  const { opening, end } = await openBench({ sandbox, test, patience: patienceAfresh(took), mutant: id })
  end()
  if (opening === 'late') return 'late'
  return opening === 'lost' || opening.errors !== '' ? 'noticed' : 'unnoticed'
}

/** Plays these mutants with one test file; reports each that it noticed, or that made it late. */
export const playRound = async (
  reach: Reach,
  options: {
    readonly sandbox: string
    readonly mutants: readonly Mutant[]
    readonly isOpen: (mutant: Mutant) => boolean
    readonly ended: (mutant: Mutant, end: 'noticed' | 'late') => void
  },
): Promise<void> => {
  const { sandbox, mutants, isOpen, ended } = options
  const { test, took, loaded, hits } = reach
  let bench: Bench | undefined
  const play = async (mutant: Mutant): Promise<'noticed' | 'unnoticed' | 'late'> => {
    if (loaded.has(mutant.id)) return playAfresh(sandbox, reach, mutant)
    bench ??= await openBench({ sandbox, test, patience: patienceAfresh(took) })
    const end = await bench.play(mutant.id, hits[mutant.id] ?? 0)
    if (end === 'noticed' || end === 'unnoticed') return end
    bench.end()
    bench = undefined
    return end === 'late' ? end : playAfresh(sandbox, reach, mutant)
  }
  for (const mutant of mutants) {
    if (!isOpen(mutant)) continue
    const end = await play(mutant)
    if (end !== 'unnoticed') ended(mutant, end)
  }
  bench?.end()
}
