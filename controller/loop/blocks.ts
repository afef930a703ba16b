import { createTurns } from '../../drivers/calls/turns.ts'
import { createPatience } from '../pass/admit.ts'
import type { Patience } from '../pass/admit.ts'

/**
 * Takes in many bottles block by block, so that the first are served while others are still being enrolled. Pure.
 *
 * Flow: those whose document is gone together, as their grace begins together; those that are known; then new ones in order of
 *   name, each block admitted and handed on.
 * Guarantees: the same names give the same blocks; no two blocks are admitted at once, whoever asks.
 */
export interface Blocks {
  /** Resolves when all are handed on. */
  take(names: Iterable<string>, onAdmitted: (block: readonly string[]) => void): Promise<void>
  /** No further block; resolves when the one that is being admitted is. */
  stop(): Promise<void>
}

/** Enrolling one takes two flushes of the disk, and a busy one takes its time: the first don't wait for many. */
const FIRST = 2
const LARGEST = 32

export const createBlocks = (options: {
  readonly isPresent: (name: string) => boolean
  readonly isKnown: (name: string) => boolean
  /** Never throws. */
  readonly admit: (names: readonly string[], patience: Patience) => Promise<void>
}): Blocks => {
  const { isPresent, isKnown, admit } = options
  const turns = createTurns()
  let stopped = false

  return {
    take: async (names, onAdmitted) => {
      const patience = createPatience()
      const gone: string[] = []
      const known: string[] = []
      const news: string[] = []
      for (const name of names) (!isPresent(name) ? gone : isKnown(name) ? known : news).push(name)
      news.sort()
      const blocks = [gone, known]
      for (let at = 0, size = FIRST; at < news.length; at += size, size = Math.min(size * 2, LARGEST))
        blocks.push(news.slice(at, at + size))
      for (const block of blocks) {
        if (block.length === 0) continue
        await turns.take('', async () => (stopped ? undefined : admit(block, patience)))
        if (stopped) return
        onAdmitted(block)
      }
    },
    stop: async () => {
      stopped = true
      await turns.last('')
    },
  }
}
