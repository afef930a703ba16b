import type { Outcome } from './target.ts'
import { WORD } from './word.ts'

/** What a played table shows. Pure. */
export type Verdict =
  | { readonly kind: 'proven'; readonly rows: number }
  /** Each leak completes "the guest reaches". */
  | { readonly kind: 'leak'; readonly leaks: readonly string[] }
  /** The guest reached nothing at all, or nobody knows what it reached. */
  | { readonly kind: 'unknown'; readonly why: string }

export const verdictOn = (
  outcomes: readonly Outcome[] | undefined,
  /** What the listeners of this host heard, from whom it doesn't matter. */
  heard: readonly string[],
  /** What a capture on this host saw of whom the VM spoke to. */
  captured: readonly string[] = [],
): Verdict => {
  // What was seen counts, whatever became of the guest.
  if (outcomes === undefined)
    return captured.length > 0
      ? { kind: 'leak', leaks: captured }
      : { kind: 'unknown', why: 'the guest did not play the table to its end' }
  const answersAll = outcomes.some(({ expect, answer }) => expect === 'refusal' && isSuccess(answer))
  const leaks = [
    ...outcomes.filter((each) => isLeak(each, answersAll)).map(({ what }) => what),
    ...new Set(heard.map((each) => `this host: ${each}`)),
    ...captured,
  ]
  if (leaks.length > 0) return { kind: 'leak', leaks }
  const silent = outcomes.find(({ expect, answer }) => expect === 'answer' && answer === undefined)
  if (silent !== undefined)
    return { kind: 'unknown', why: `the guest does not reach ${silent.what}, so that its silence shows nothing` }
  const unjudged = outcomes.find(({ judged, answer }) => judged === true && answer?.includes(JUDGED) !== true)
  if (unjudged !== undefined)
    return { kind: 'unknown', why: `what refused ${unjudged.what} was not the judgement of its address` }
  return { kind: 'proven', rows: outcomes.length }
}

/** In the text of such a denial (bundle/guard/guard.ts); one of a name without an address says something else. */
const JUDGED = 'may not be connected to'

/** Through the proxy anything may come back but a success, or the word of this host: by a tunnel success comes first. */
const isLeak = ({ expect, answer, through }: Outcome, answersAll: boolean): boolean => {
  if (expect !== 'nothing' || answer === undefined) return false
  if (through === undefined || answer.includes(WORD)) return true
  return through === 'proxy' && isSuccess(answer) && !answersAll
}

const isSuccess = (answer: string | undefined): boolean => /^HTTP\/1\.\d [123]/.test(answer ?? '')
