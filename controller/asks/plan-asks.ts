import { MOST_OPEN, MOST_TOLD } from '../../egress/asks/answer.ts'
import type { AskAnswer } from '../../egress/asks/answer.ts'
import type { Heard, HeardAsk } from '../../drivers/heard-asks.ts'
import { answerOf } from './ask.ts'
import type { Ask } from './ask.ts'

/** Which of what a bundle says is new, what is over, and what the bundle is told. Pure. */
export const newAsks = (known: readonly Ask[], { asks }: Pick<Heard, 'asks'>): readonly HeardAsk[] => {
  let room = MOST_OPEN - openOf(known)
  return asks.filter(({ key, after }) => {
    const last = known.findLast((ask) => ask.key === key)
    // Decided, and said to be used up: it is asked anew.
    const isNew = last === undefined || (last.state !== 'open' && last.id === after)
    if (!isNew || room <= 0) return false
    room -= 1
    return true
  })
}

/** Those that their bundle says have counted now, as they count once. A bundle that lies about it takes something from its agent. */
export const usedOf = (known: readonly Ask[], { used }: Pick<Heard, 'used'>): readonly Ask[] =>
  known.filter(
    ({ id, state, content, used: isUsed }) =>
      used.includes(id) &&
      state === 'approved' &&
      isUsed !== true &&
      (content.kind === 'push' || content.kind === 'permission'),
  )

export const openOf = (known: readonly Ask[]): number => known.filter(({ state }) => state === 'open').length

/** All that are open and the latest of the others, one for each key. */
export const toldOf = (known: readonly Ask[]): readonly AskAnswer[] => {
  const byKey = new Map<string, Ask>()
  for (const ask of known) if (ask.announced === true) byKey.set(ask.key, ask)
  const asks = [...byKey.values()]
  const decided = asks.filter(({ state }) => state !== 'open').slice(-(MOST_TOLD - MOST_OPEN))
  return [...asks.filter(({ state }) => state === 'open'), ...decided].map(answerOf)
}

/** Nobody answers one that is a day old, and nobody needs a decision of yesterday. */
export const overdue = (
  known: readonly Ask[],
  now: number,
): { readonly expired: readonly Ask[]; readonly done: readonly Ask[] } => {
  const isOld = (time: string): boolean => now - Date.parse(time) > DAY_MS
  const decided = known.filter(({ state }) => state !== 'open')
  return {
    expired: known.filter(({ state, openedAt }) => state === 'open' && isOld(openedAt)),
    done: decided.filter(
      ({ decidedAt, openedAt }, at) => isOld(decidedAt ?? openedAt) || at < decided.length - MOST_KEPT,
    ),
  }
}

const DAY_MS = 24 * 60 * 60_000
const MOST_KEPT = 64
