import { harmless } from '../../drivers/harmless.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'

/**
 * Events as kubectl shows them, in lines of JSON: parsing and counting. Pure.
 *
 * Guarantees: a later line of the same event replaces the earlier; a line that doesn't parse (torn by a crash, edited by
 *   hand) is skipped; messages are bounded.
 */
export interface BottleEvent {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** `bottle/NAME` or `root`. */
  readonly object: string
  readonly count: number
  /** ISO 8601 UTC. */
  readonly firstTimestamp: string
  readonly lastTimestamp: string
  readonly source: 'bottled'
}

/** An event before it is counted. */
export interface Happening {
  readonly type: BottleEvent['type']
  readonly reason: string
  readonly message: string
  readonly object: string
}

export const MESSAGE_LIMIT = 1024
/** A repetition within this long after the last one counts as the same event. */
export const SERIES_MS = 10 * 60_000

/** The event that follows `before` (the last one of the same key, if any). `at` is in milliseconds. */
export const nextEvent = (happening: Happening, before: BottleEvent | undefined, at: number): BottleEvent => {
  const lastTimestamp = new Date(at).toISOString()
  const isRepeated = before !== undefined && at - Date.parse(before.lastTimestamp) <= SERIES_MS
  return {
    type: happening.type,
    reason: happening.reason,
    message: bounded(happening.message),
    object: happening.object,
    count: isRepeated ? before.count + 1 : 1,
    firstTimestamp: isRepeated ? before.firstTimestamp : lastTimestamp,
    lastTimestamp,
    source: 'bottled',
  }
}

export const keyOf = ({ object, type, reason, message }: Happening): string =>
  JSON.stringify([object, type, reason, bounded(message)])

/** Also for who reads the file with `tail`. */
export const lineOf = (event: BottleEvent): string => `${harmless(JSON.stringify(event))}\n`

/** The newest `limit` events, oldest first by their last time. */
export const parseEvents = (text: string, limit: number): BottleEvent[] => {
  const events = new Map<string, BottleEvent>()
  for (const line of text.split('\n')) {
    const event = parseLine(line)
    if (event === undefined) continue
    const series = `${keyOf(event)} ${event.firstTimestamp}`
    events.delete(series)
    events.set(series, event)
  }
  return [...events.values()]
    .sort((a, b) => (a.lastTimestamp < b.lastTimestamp ? -1 : a.lastTimestamp > b.lastTimestamp ? 1 : 0))
    .slice(-limit)
}

const parseLine = (line: string): BottleEvent | undefined => {
  const value = parseJson(line)
  return isEvent(value) ? value : undefined
}

const isEvent = (value: unknown): value is BottleEvent => {
  if (!isRecord(value)) return false
  const {
    type,
    reason,
    message,
    object,
    count,
    firstTimestamp,
    lastTimestamp,
  }: Partial<Record<keyof BottleEvent, unknown>> = value
  return (
    (type === 'Normal' || type === 'Warning') &&
    [reason, message, object, firstTimestamp, lastTimestamp].every((each) => typeof each === 'string') &&
    typeof count === 'number' &&
    !Number.isNaN(Date.parse(String(firstTimestamp))) &&
    !Number.isNaN(Date.parse(String(lastTimestamp)))
  )
}

/** Cut in the middle, as a message's end often says what to do. */
const bounded = (message: string): string => {
  if (message.length <= MESSAGE_LIMIT) return message
  const half = Math.floor((MESSAGE_LIMIT - 1) / 2)
  return `${message.slice(0, half).replace(/[\uD800-\uDBFF]$/, '')}…${message.slice(-half).replace(/^[\uDC00-\uDFFF]/, '')}`
}
