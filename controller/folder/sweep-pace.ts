import type { Clock, Timer } from '../time/clock.ts'

/** Sweeps where watches are missing: as often as takes 1 % of the time, but at least as often as the manager sweeps. */
const SHARE = 100
const SOONEST_MS = 2_000
const LATEST_MS = 60_000

export const createPace = (options: {
  readonly clock: Pick<Clock, 'setTimer'>
  /** What a sweep takes. */
  readonly costMs: () => number
  readonly onTurn: () => void
}) => {
  const { clock, costMs, onTurn } = options
  let timer: Timer | undefined

  const everyMs = (): number => Math.min(LATEST_MS, Math.max(SOONEST_MS, costMs() * SHARE))
  const next = (): void => {
    timer = clock.setTimer(everyMs(), () => {
      next()
      onTurn()
    })
  }

  return {
    everyMs,
    set: (isWanted: boolean): void => {
      if (isWanted === (timer !== undefined)) return
      timer?.cancel()
      timer = undefined
      if (isWanted) next()
    },
  }
}
