import type { Guard, Head, Opening, Target, Verdict } from './port.ts'
import { Refusal } from './port.ts'

/**
 * A guard whose every failure is a refusal.
 *
 * Guarantees: a throw, a rejection, no answer within `limitMs` and an answer of another form all refuse; nothing of an error's
 *   text reaches the client, as it may hold anything; `failed` gets it.
 */
export const failClosed = (
  guard: Guard,
  { limitMs, failed }: { readonly limitMs: number; readonly failed: (what: string, error: unknown) => void },
): Guard => ({
  open: (target) => {
    try {
      const opening: unknown = guard.open(target)
      if (isOpening(opening)) return opening
      failed('open', new Error('nonsense'))
    } catch (error) {
      failed('open', error)
    }
    return { kind: 'refuse', reason: UNAVAILABLE, text: TEXT }
  },
  decide: async (head: Head) => {
    try {
      const verdict: unknown = await within(limitMs, async () => guard.decide(head))
      if (isVerdict(verdict)) return verdict
      failed('decide', new Error('nonsense'))
    } catch (error) {
      failed('decide', error)
    }
    return { kind: 'deny', status: 503, reason: UNAVAILABLE, text: head.json ? JSON.stringify({ error: TEXT }) : TEXT }
  },
  resolve: async (target: Target) => {
    try {
      const addresses: unknown = await within(limitMs, () => guard.resolve(target))
      if (isAddresses(addresses)) return addresses
      failed('resolve', new Error('nonsense'))
    } catch (error) {
      if (error instanceof Refusal) throw error
      failed('resolve', error)
    }
    throw new Refusal('Unresolved', `${target.host} could not be resolved`)
  },
})

const UNAVAILABLE = 'PolicyUnavailable'
const TEXT = 'The egress policy gave no answer, so the request is refused.'

const within = async <T>(limitMs: number, work: () => Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}

const isOpening = (value: unknown): value is Opening => {
  const { kind, host, reason, text } = (value ?? {}) as Readonly<Record<string, unknown>>
  return (
    kind === 'terminate' ||
    ((kind === 'passthrough' || kind === 'upgradable') && isText(host)) ||
    (kind === 'refuse' && isText(reason) && isText(text))
  )
}

const isVerdict = (value: unknown): value is Verdict => {
  const { kind, set, status, reason, text } = (value ?? {}) as Readonly<Record<string, unknown>>
  if (kind === 'allow')
    return (
      Array.isArray(set) &&
      set.every(
        (each: unknown) => Array.isArray(each) && each.length === 2 && isText(each[0]) && typeof each[1] === 'string',
      )
    )
  return (
    kind === 'deny' &&
    Number.isInteger(status) &&
    Number(status) >= 400 &&
    Number(status) <= 599 &&
    isText(reason) &&
    isText(text)
  )
}

const isAddresses = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every(isText)

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
