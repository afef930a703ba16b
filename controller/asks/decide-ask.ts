import { clean } from '../../egress/asks/clean.ts'
import type { Decision } from '../state/request-file.ts'
import type { Ask } from './ask.ts'

/**
 * What a person's decision makes of an ask. Pure.
 *
 * `noted`: who decided is kept, and nobody hears of it; `same`: it is decided so already.
 */
export type Decided =
  | { readonly kind: 'decided' | 'noted'; readonly ask: Ask }
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly why: string }

export const decideAsk = (
  ask: Ask,
  { verdict, by, reason, answer, until }: Omit<Decision, 'entry'>,
  now: number,
): Decided => {
  if (ask.state === 'approved' && verdict === 'approve')
    return ask.by === undefined ? { kind: 'noted', ask: { ...ask, by } } : { kind: 'same' }
  if (ask.state === 'denied' && verdict === 'deny') return { kind: 'same' }
  if (ask.state !== 'open') return { kind: 'refused', why: `it is decided: ${ask.state}` }
  if (verdict === 'deny')
    return {
      kind: 'decided',
      ask: { ...ask, state: 'denied', by, ...(reason === undefined ? {} : { reason: clean(reason) }) },
    }
  // The bottle's file decides; this only notes whose edit is coming.
  if (ask.content.kind === 'egress') return { kind: 'noted', ask: { ...ask, by } }
  const end = ask.content.kind === 'push' ? { until: endOf(until, now) } : {}
  const said = answer === undefined ? {} : { answer: clean(answer) }
  return { kind: 'decided', ask: { ...ask, state: 'approved', by, ...said, ...end } }
}

/** As long as a decision is kept: of one that is forgotten no bundle is told. */
export const LONGEST_PUSH_MS = 24 * 60 * 60_000

const endOf = (until: string | undefined, now: number): string => {
  const last = now + LONGEST_PUSH_MS
  const asked = Date.parse(until ?? '')
  return new Date(Number.isNaN(asked) ? last : Math.min(asked, last)).toISOString()
}
