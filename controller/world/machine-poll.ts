import type { Machines } from '../../drivers/ports.ts'
import type { Clock } from '../time/clock.ts'
import { createTicker } from '../time/ticker.ts'

/**
 * When smolvm is listed: each list is a process.
 *
 * Flow: at each turn a look at its mark, which costs next to nothing; a list where that has moved or can't be told, and at
 *   the latest after CALM_MS, as a VM that dies leaves no mark.
 * Guarantees: a change is listed within a turn, a death within five seconds; a list that failed is tried at the next turn.
 */
const CALM_MS = 4_000

export const createMachinePoll = (options: {
  readonly machines: Pick<Machines, 'mark'>
  readonly clock: Clock
  readonly pollMs: number
  /** False if it failed. */
  readonly list: () => Promise<boolean>
}): { start(): void; stop(): void } => {
  const { machines, clock, pollMs, list } = options
  const ticker = createTicker(clock, () => undefined)
  let last: string | undefined
  let listedAtMs = clock.monotonicMs()

  const turn = async (): Promise<void> => {
    // Taken before the list: what comes in between moves it again.
    const mark = await machines.mark()
    const now = clock.monotonicMs()
    // Not after this turn: its time may come a moment late.
    const isDue = now - listedAtMs > CALM_MS - pollMs / 2
    if (mark !== undefined && mark === last && !isDue) return
    listedAtMs = now
    last = (await list()) ? mark : undefined
  }

  return { start: () => ticker.every(pollMs, turn), stop: ticker.stop }
}
