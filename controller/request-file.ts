/** What stands in the files of `<state>/requests/`. Pure: anything that isn't exactly one of ours reads as undefined. */
export interface Request {
  readonly id: string
  readonly kind: 'reconcile' | 'rollout' | 'confirm-deletes' | 'delete'
  /** The bottle; all kinds but `confirm-deletes` name one. */
  readonly name?: string
  readonly purge?: boolean
  readonly retain?: boolean
  /** ISO 8601 UTC. */
  readonly at: string
}

export interface Answer {
  readonly id: string
  readonly ok: boolean
  readonly message: string
  /** ISO 8601 UTC. */
  readonly at: string
}

const KINDS: ReadonlySet<unknown> = new Set<Request['kind']>(['reconcile', 'rollout', 'confirm-deletes', 'delete'])
const ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/
const NAME_LIMIT = 253

/** `id` is the file's: a copy under another name is not a request. */
export const parseRequest = (text: string | undefined, id: string): Request | undefined => {
  const value = parseObject(text)
  if (value === undefined || value['id'] !== id || !ID.test(id)) return undefined
  const { kind, name, purge, retain, at } = value
  if (!KINDS.has(kind) || !isTime(at) || !isFlag(purge) || !isFlag(retain)) return undefined
  if (
    name === undefined
      ? kind !== 'confirm-deletes'
      : typeof name !== 'string' || name === '' || name.length > NAME_LIMIT
  ) {
    return undefined
  }
  return {
    id,
    kind: kind as Request['kind'],
    at,
    ...(typeof name === 'string' ? { name } : {}),
    ...(purge === undefined ? {} : { purge }),
    ...(retain === undefined ? {} : { retain }),
  }
}

export const parseAnswer = (text: string | undefined, id: string): Answer | undefined => {
  const value = parseObject(text)
  if (value === undefined || value['id'] !== id) return undefined
  const { ok, message, at } = value
  return typeof ok === 'boolean' && typeof message === 'string' && isTime(at) ? { id, ok, message, at } : undefined
}

const parseObject = (text: string | undefined): Readonly<Record<string, unknown>> | undefined => {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const isTime = (value: unknown): value is string => typeof value === 'string' && !Number.isNaN(Date.parse(value))

const isFlag = (value: unknown): value is boolean | undefined => value === undefined || typeof value === 'boolean'
