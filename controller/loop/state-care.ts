import type { Logger } from '../report/log.ts'
import type { StateKeeper } from '../state/state-keeper.ts'
import type { Queue } from './queue.ts'

/**
 * Acts on what became of the state folder.
 *
 * Flow: put back → an event, and every bottle is looked at again; away → no pass begins until it is back; taken by another
 *   controller → this one ends. Guarantees: one line for each change, not one per check.
 */
export const createStateCare = (options: {
  readonly keeper?: StateKeeper
  readonly queue: Pick<Queue, 'pause' | 'resume'>
  readonly announce: (type: 'Normal' | 'Warning', reason: string, message: string) => void
  readonly log: Pick<Logger, 'warn' | 'error'>
  readonly onRestored: () => void
  readonly onTaken?: (error: Error) => void
}) => {
  const { keeper, queue, announce, log, onRestored, onTaken } = options
  let away: string | undefined

  return {
    /** False while the state folder can't be used. */
    check: async (): Promise<boolean> => {
      if (keeper === undefined) return true
      const state = await keeper.check()
      if (state.kind === 'taken') {
        queue.pause('state')
        log.error(`${state.error.message}; this one ends`)
        onTaken?.(state.error)
        return false
      }
      if (state.kind === 'away') {
        queue.pause('state')
        // No event: there is no folder to write it to.
        if (away !== state.why) log.warn(`${state.why}; nothing is done until it is back`, { reason: 'StateGone' })
        away = state.why
        return false
      }
      if (state.kind === 'restored') announce('Warning', 'StateRestored', state.what)
      else if (away !== undefined) announce('Normal', 'StateBack', 'the state folder is back')
      if (state.kind === 'restored' || away !== undefined) {
        away = undefined
        queue.resume('state')
        onRestored()
      }
      return true
    },
  }
}
