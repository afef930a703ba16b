import type { Outcome } from './target.ts'

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
): Verdict => {
  if (outcomes === undefined) return { kind: 'unknown', why: 'the guest did not play the table to its end' }
  const answersAll = outcomes.some(({ expect, answer }) => expect === 'refusal' && isSuccess(answer))
  const leaks = [
    ...outcomes.filter((each) => isLeak(each, answersAll)).map(({ what }) => what),
    ...heard.map((each) => `this host: ${each}`),
  ]
  if (leaks.length > 0) return { kind: 'leak', leaks }
  const silent = outcomes.find(({ expect, answer }) => expect === 'answer' && answer === undefined)
  if (silent !== undefined)
    return { kind: 'unknown', why: `the guest does not reach ${silent.what}, so that its silence shows nothing` }
  return { kind: 'proven', rows: outcomes.length }
}

/** Through the proxy anything may come back but a success: from this host it would be heard there, too. */
const isLeak = ({ expect, answer, attempt }: Outcome, answersAll: boolean): boolean =>
  expect === 'nothing' && answer !== undefined && (!isByProxy(attempt) || (isSuccess(answer) && !answersAll))

const isSuccess = (answer: string | undefined): boolean => /^HTTP\/1\.\d [123]/.test(answer ?? '')

const isByProxy = (attempt: Outcome['attempt']): boolean =>
  attempt.kind === 'tcp' && attempt.send.startsWith('GET http://')
