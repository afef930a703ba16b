import { createSeededRandom } from '../helpers/seeded-random.ts'
import { isEvents, KILLS } from './journal.ts'
import type { Entry, Moment, Trouble } from './journal.ts'
import type { RunResult } from './run.ts'

/**
 * Which two deaths are tried in one run. Pure but for the runs that `dieOnce` makes.
 *
 * Flow: of a short scenario every first effect × every later one that is reached before the phase is at rest again; of a
 *   long one a sample.
 * Guarantees: the order is by moment, then by place: who stops early has thinned out the moments, not the places.
 * Caveats: `after` an effect is, for the world, `before` the next one. The opening, which is "a bottle is made" nearly
 *   everywhere, is enumerated where it is all there is, and sampled elsewhere.
 */
const SHORT = 60
/** Of the first death and of the second: each moment in each role. */
const MOMENTS: readonly (readonly [Moment, Moment])[] = [
  ['lost', 'before'],
  ['before', 'lost'],
]

export const isShort = (entries: readonly Entry[]): boolean =>
  entries.filter((entry) => !isEvents(entry)).length <= SHORT

/** How many there are at least, where nothing has to be done again. */
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

/** Two deaths: anywhere, then within what follows. */
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
