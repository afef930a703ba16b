import { createSeededRandom } from '../helpers/seeded-random.ts'

/**
 * Plans each round from a seed: the act on each bottle, and when the controller is killed. Pure.
 *
 * Guarantees: every round changes something; the rarest acts come first, so all acts are spread evenly.
 */
export type Act = 'create' | 'restart' | 'suspend' | 'resume' | 'delete' | 'rest'
export type Life = 'absent' | 'up' | 'suspended'

export interface Round {
  readonly number: number
  readonly acts: Readonly<Record<string, Act>>
  /** The kill waits for so many lines of the controller's log, one per step… */
  readonly afterLines: number
  /** …in half of the rounds also for a smolvm call that changes something… */
  readonly atCall: boolean
  /** …and then so long, into the work under way. */
  readonly afterMs: number
  /** The env of a bottle that should be up changes again while no controller runs. */
  readonly editWhileDead: boolean
}

const OPEN: Readonly<Record<Life, readonly Act[]>> = {
  absent: ['create'],
  up: ['restart', 'suspend', 'delete', 'rest'],
  suspended: ['resume', 'delete'],
}
/** Lines of the log until it is done. */
const LINES: Readonly<Record<Act, number>> = { create: 6, restart: 5, suspend: 3, resume: 4, delete: 6, rest: 0 }
/** Its weight against the others. */
const WEIGHT: Readonly<Record<Act, number>> = { create: 2, restart: 3, suspend: 2, resume: 2, delete: 2, rest: 1 }
const AFTER: Readonly<Record<Act, Life>> = {
  create: 'up',
  restart: 'up',
  suspend: 'suspended',
  resume: 'up',
  delete: 'absent',
  rest: 'up',
}
const MOMENT_MS = 3_000

export const planRounds = (options: {
  readonly seed: number
  readonly rounds: number
  readonly names: readonly string[]
}): readonly Round[] => {
  const { seed, rounds, names } = options
  const random = createSeededRandom(seed)
  const lives = new Map<string, Life>(names.map((name) => [name, 'absent']))
  const done = new Map<Act, number>()
  const share = (act: Act): number => ((done.get(act) ?? 0) + random() * 0.5) / WEIGHT[act]

  const choose = (name: string, mayRest: boolean): Act => {
    const open = OPEN[lives.get(name) ?? 'absent'].filter((act) => mayRest || act !== 'rest')
    const shares = new Map(open.map((act) => [act, share(act)]))
    const act = open.toSorted((a, b) => (shares.get(a) ?? 0) - (shares.get(b) ?? 0))[0] ?? 'rest'
    done.set(act, (done.get(act) ?? 0) + 1)
    lives.set(name, AFTER[act])
    return act
  }

  return Array.from({ length: rounds }, (_, index) => {
    const acts: Record<string, Act> = {}
    for (const name of names) {
      const moves = Object.values(acts).some((act) => act !== 'rest')
      acts[name] = choose(name, moves)
    }
    const lines = Object.values(acts).reduce((sum, act) => sum + LINES[act], 0)
    return {
      number: index + 1,
      acts,
      // The last line marks its end.
      afterLines: Math.floor(random() * (lines - 1)),
      atCall: random() < 0.5,
      afterMs: Math.floor(random() * MOMENT_MS),
      editWhileDead: random() < 0.25,
    }
  })
}
