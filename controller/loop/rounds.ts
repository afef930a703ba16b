import type { Clock } from '../time/clock.ts'
import { createTicker } from '../time/ticker.ts'

/**
 * Visits each of many once a round, spread over the round's time. Pure.
 *
 * Flow: a round takes the names as they are; each turn visits those whose time has come, by their place in the list.
 * Guarantees: no burst, however many there are; where turns were missed (the machine slept), the next one catches up.
 */
export interface Rounds {
  start(): void
  stop(): void
}

const TURNS = 60
const SHORTEST_TURN_MS = 20

export const createRounds = (options: {
  readonly clock: Clock
  readonly roundMs: number
  readonly names: () => Iterable<string>
  readonly visit: (name: string) => void
  readonly onRound?: () => void
}): Rounds => {
  const { clock, roundMs, names, visit, onRound } = options
  const ticker = createTicker(clock, () => undefined)
  let round: readonly string[] = []
  let visited = 0
  let beganMs = 0

  const begin = (): void => {
    onRound?.()
    round = [...names()]
    visited = 0
    beganMs = clock.monotonicMs()
  }

  const turn = async (): Promise<void> => {
    const share = (clock.monotonicMs() - beganMs) / roundMs
    const due = Math.min(round.length, Math.floor(round.length * share))
    for (; visited < due; visited++) visit(round[visited] ?? '')
    if (share >= 1) begin()
  }

  return {
    start: () => {
      begin()
      ticker.every(Math.max(SHORTEST_TURN_MS, roundMs / TURNS), turn)
    },
    stop: ticker.stop,
  }
}
