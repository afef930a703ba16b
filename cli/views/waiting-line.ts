import type { BottleView } from '../bottles/bottles.ts'
import { humanDuration } from '../print/age.ts'
import { summaryOf } from './bottle-table.ts'
import { undoLine } from './undo-line.ts'

/** The progress line of a wait: the state of the bottle, and what it waits for. Pure. */
export const waitingLine = (given: {
  readonly name: string
  readonly bottle: BottleView | undefined
  readonly forMs: number
  readonly now: number
}): string => {
  const { name, bottle, forMs, now } = given
  const time = humanDuration(forMs)
  if (bottle === undefined) return `bottle/${name}: does not exist yet (${time})`
  const { phase, reason } = summaryOf(bottle)
  const slow = bottle.status?.conditions.find(
    ({ type, status, message }) => type.endsWith('Ready') && type !== 'Ready' && status !== 'True' && message !== '',
  )
  const what =
    undoLine(bottle, now) ?? (slow === undefined || bottle.stale ? reason : `${slow.reason}: ${slow.message}`)
  return `bottle/${name}: ${[phase === '' ? 'no status yet' : phase, what].filter((part) => part !== '').join(', ')} (${time})`
}
