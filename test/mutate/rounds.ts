import { openBench } from './bench.ts'
import type { Bench } from './bench.ts'
import type { Mutant } from './sandbox.ts'

/** What one test file comes by. */
export interface Reach {
  readonly test: string
  readonly ms: number
  /** Mutants that its import alone comes by: each needs a process of its own. */
  readonly loaded: ReadonlySet<string>
  /** How often a run comes by the others. */
  readonly hits: Readonly<Record<string, number>>
}

/** undefined where it comes by nothing, or takes longer than is worth it. Throws where it fails by itself. */
export const reachOf = async (sandbox: string, test: string, limitMs: number): Promise<Reach | undefined> => {
  const bench = await openBench({ sandbox, test, limitMs })
  bench.end()
  const { opening } = bench
  if (opening === undefined) {
    console.log(`left out: ${test} ended badly, or takes more than ${limitMs / 1000} s`)
    return undefined
  }
  if (opening.errors !== '') throw new Error(`${test} fails without a mutant:\n${opening.errors}`)
  const { loaded, hits, ms } = opening
  return loaded.length + Object.keys(hits).length === 0 ? undefined : { test, ms, loaded: new Set(loaded), hits }
}

/** Plays these against one test file; tells of each that it noticed. */
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
  /** On a bench that no other mutant has harmed. */
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
