import type { Clock } from '../time/clock.ts'
import { createPlaces, type Places } from './places.ts'

/**
 * Lanes for work that takes long, one per kind: pulls don't wait for boots, nor boots for copies.
 *
 * Flow: a key that finds its lane full waits its turn; when there is room it is called, with its place kept for its next run.
 * Guarantees: who waits is called in order, and nobody overtakes; a place is left when the run that has it ends.
 */
export interface Lanes {
  /** A run of the key begins. */
  begin(key: string): void
  /** False: the key waits, and is called. */
  enter(key: string, name: string): boolean
  end(key: string): void
  /** Of this key, or of any. */
  waits(key?: string): boolean
  stop(): void
}

/** What runs longer keeps nobody out. */
const PATIENCE_MS = 15_000

interface Lane {
  readonly places: Places
  readonly waiting: Set<string>
}

export const createLanes = (options: {
  readonly clock: Pick<Clock, 'monotonicMs' | 'setTimer'>
  readonly most: number
  readonly onRoom: (key: string) => void
}): Lanes => {
  const { clock, most, onRoom } = options
  const lanes = new Map<string, Lane>()
  /** Of each run, the lane in which it waits from now on. */
  const turnedAway = new Map<string, Lane | undefined>()

  const call = ({ places, waiting }: Lane): void => {
    for (const key of waiting) {
      // One that runs just now would lose the place with the end of this run.
      if (turnedAway.has(key)) continue
      if (!places.take(key)) return
      waiting.delete(key)
      onRoom(key)
    }
  }

  const laneOf = (name: string): Lane => {
    const known = lanes.get(name)
    if (known !== undefined) return known
    const onFree = (): void => call(lane)
    const lane: Lane = {
      waiting: new Set<string>(),
      places: createPlaces({ clock, most, patienceMs: PATIENCE_MS, onFree }),
    }
    lanes.set(name, lane)
    return lane
  }

  const leaveAll = (key: string, but?: Lane): void => {
    for (const lane of lanes.values()) if (lane !== but) lane.places.leave(key)
  }

  return {
    begin: (key) => void turnedAway.set(key, undefined),
    enter: (key, name) => {
      const lane = laneOf(name)
      const { places, waiting } = lane
      const hasPlace = places.has(key) || (waiting.size === 0 && places.take(key))
      if (!hasPlace) {
        waiting.add(key)
        turnedAway.set(key, lane)
      }
      leaveAll(key, lane)
      return hasPlace
    },
    end: (key) => {
      const still = turnedAway.get(key)
      turnedAway.delete(key)
      for (const lane of lanes.values()) if (lane !== still) lane.waiting.delete(key)
      leaveAll(key)
      if (still !== undefined) call(still)
    },
    waits: (key) =>
      [...lanes.values()].some(({ waiting }) => (key === undefined ? waiting.size > 0 : waiting.has(key))),
    stop: () => {
      for (const { places } of lanes.values()) places.stop()
    },
  }
}
