import { isRecord, parseJson } from '../../drivers/json.ts'

/** Parses the files of `<state>/requests/`. Pure; anything malformed is undefined. */
export interface Request {
  readonly id: string
  /** `held` only lists what `confirm-deletes` would confirm. */
  readonly kind: 'reconcile' | 'rollout' | 'confirm-deletes' | 'held' | 'delete' | 'decide'
  /** The bottle. Absent for `confirm-deletes` and `held`. */
  readonly name?: string
  readonly purge?: boolean
  readonly retain?: boolean
  /** Of an ask, with `decide`. */
  readonly decision?: Decision
  /** ISO 8601 UTC. */
  readonly at: string
}

/** A person's decision of an ask. */
export interface Decision {
  readonly ask: string
  /** `revoke`: what was granted beside the file is taken back. */
  readonly verdict: 'approve' | 'deny' | 'revoke'
  readonly by: string
  readonly reason?: string
  readonly answer?: string
  /** ISO 8601 UTC: when an approval of a push ends. */
  readonly until?: string
  /** To be granted beside the bottle's file; not judged. */
  readonly entry?: unknown
}

export interface Answer {
  readonly id: string
  readonly ok: boolean
  readonly message: string
  /** The bottles affected, for `confirm-deletes` and `held`. */
  readonly names?: readonly string[]
  /** ISO 8601 UTC. */
  readonly at: string
}

const ABOUT_ALL: ReadonlySet<unknown> = new Set<Request['kind']>(['confirm-deletes', 'held'])
const KINDS: ReadonlySet<unknown> = new Set([...ABOUT_ALL, 'reconcile', 'rollout', 'delete', 'decide'])
const ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/
const NAME_LIMIT = 253

/** `id` comes from the file's name: a request copied to another name is invalid. */
export const parseRequest = (text: string | undefined, id: string): Request | undefined => {
  const value = parseObject(text)
  if (value === undefined || value['id'] !== id || !ID.test(id)) return undefined
  const { kind, name, purge, retain, at } = value
  if (!KINDS.has(kind) || !isTime(at) || !isFlag(purge) || !isFlag(retain)) return undefined
  if (name === undefined ? !ABOUT_ALL.has(kind) : typeof name !== 'string' || name === '' || name.length > NAME_LIMIT) {
    return undefined
  }
  const decision = kind === 'decide' ? decisionOf(value['decision']) : undefined
  if (kind === 'decide' && decision === undefined) return undefined
  return {
    id,
    kind: kind as Request['kind'],
    at,
    ...(typeof name === 'string' ? { name } : {}),
    ...(purge === undefined ? {} : { purge }),
    ...(retain === undefined ? {} : { retain }),
    ...(decision === undefined ? {} : { decision }),
  }
}

const decisionOf = (value: unknown): Decision | undefined => {
  if (!isRecord(value)) return undefined
  const { ask, verdict, by, reason, answer, until, entry } = value
  if (typeof ask !== 'string' || !isVerdict(verdict) || typeof by !== 'string') return undefined
  return {
    ask,
    verdict,
    by,
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof answer === 'string' ? { answer } : {}),
    ...(isTime(until) ? { until } : {}),
    ...(entry === undefined ? {} : { entry }),
  }
}

export const parseAnswer = (text: string | undefined, id: string): Answer | undefined => {
  const value = parseObject(text)
  if (value === undefined || value['id'] !== id) return undefined
  const { ok, message, names, at } = value
  if (typeof ok !== 'boolean' || typeof message !== 'string' || !isTime(at)) return undefined
  return { id, ok, message, at, ...(isNames(names) ? { names } : {}) }
}

const parseObject = (text: string | undefined): Readonly<Record<string, unknown>> | undefined => {
  const value = parseJson(text ?? '')
  return isRecord(value) ? value : undefined
}

const isTime = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value))

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((name) => typeof name === 'string')

const isVerdict = (value: unknown): value is Decision['verdict'] =>
  value === 'approve' || value === 'deny' || value === 'revoke'

const isFlag = (value: unknown): value is boolean | undefined => value === undefined || typeof value === 'boolean'
