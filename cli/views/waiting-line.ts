import type { BottleView } from '../bottles/bottles.ts'
import { humanDuration } from '../print/age.ts'
import { summaryOf } from './bottle-table.ts'

/** What a wait shows on a terminal meanwhile: how it stands, and what of it takes so long. Pure. */
export const waitingLine = (given: {
  readonly name: string
  readonly bottle: BottleView | undefined
  readonly forMs: number
}): string => {
  const { name, bottle, forMs } = given
  const time = humanDuration(forMs)
  if (bottle === undefined) return `bottle/${name}: not there yet (${time})`
  const { phase, reason } = summaryOf(bottle)
  const slow = bottle.status?.conditions.find(
    ({ type, status, message }) => type.endsWith('Ready') && type !== 'Ready' && status !== 'True' && message !== '',
  )
  const what = slow === undefined || bottle.stale ? reason : `${slow.reason}: ${slow.message}`
  return `bottle/${name}: ${[phase === '' ? 'no status yet' : phase, what].filter((part) => part !== '').join(', ')} (${time})`
}
