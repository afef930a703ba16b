import { createSeededRandom } from '../helpers/seeded-random.ts'
import { isEvents, KILLS } from './journal.ts'
import type { Entry, Moment, Trouble } from './journal.ts'
import type { RunResult } from './run.ts'

/**
 * Chooses the pairs of deaths that one run tests. Pure but for the runs that `dieOnce` makes.
 *
 * Flow: in a short scenario, every first effect × every later one reached before the phase is at rest again; in a
 *   long one a sample.
 * Guarantees: the order is by moment, then by place: a run that stops early skips moments, not places.
 * Caveats: for the world, `after` an effect equals `before` the next one. The opening, "a bottle is made" nearly
 *   everywhere, is enumerated if it is the whole scenario, and sampled otherwise.
 */
const SHORT = 60
/** Moments of the first and the second death: each moment in each role. */
const MOMENTS: readonly (readonly [Moment, Moment])[] = [
  ['lost', 'before'],
  ['before', 'lost'],
]

export const isShort = (entries: readonly Entry[]): boolean =>
  entries.filter((entry) => !isEvents(entry)).length <= SHORT

/** The least number of pairs, if nothing has to be repeated. */
export const fewestPairs = (calm: RunResult): number => {
  const places = placesOf(calm).length
  return (MOMENTS.length * places * (places - 1)) / 2
}

const placesOf = ({ entries, rests }: RunResult): readonly Entry[] => {
  const opening = rests.length > 1 ? (rests[0] ?? 0) : 0
  return entries.filter((entry) => entry.number > opening && !isEvents(entry))
}

export const enumeratedPairs = async (
  calm: RunResult,
  dieOnce: (trouble: Trouble) => Promise<RunResult>,
): Promise<readonly (readonly Trouble[])[]> => {
  const places = placesOf(calm)
  const later = new Map<string, readonly number[]>()
  for (const moment of ['lost', 'before'] as const) {
    for (const { number: at } of places) {
      const { entries, rests } = await dieOnce({ at, moment })
      const rest = rests.find((last) => last >= at) ?? entries.length
      later.set(
        `${at} ${moment}`,
        entries
          .filter((entry) => entry.number > at && entry.number <= rest && !isEvents(entry))
          .map(({ number }) => number),
      )
    }
  }
  return MOMENTS.flatMap(([first, second]) =>
    places.flatMap(({ number: at }) =>
      (later.get(`${at} ${first}`) ?? []).map((next) => [
        { at, moment: first },
        { at: next, moment: second },
      ]),
    ),
  )
}

/** Two deaths: the first anywhere, the second in what follows. */
export const sampledPairs = (
  effects: number,
  { seed, count }: { readonly seed: number; readonly count: number },
): readonly (readonly Trouble[])[] => {
  const random = createSeededRandom(seed)
  const kill = (): Moment => KILLS[Math.floor(random() * KILLS.length)] ?? 'before'
  return Array.from({ length: count }, () => {
    const first = 1 + Math.floor(random() * effects)
    return [
      { at: first, moment: kill() },
      { at: first + 1 + Math.floor(random() * 20), moment: kill() },
    ]
  })
}
