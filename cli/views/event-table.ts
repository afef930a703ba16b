import type { BottleEvent } from '../../controller/report/event-log.ts'
import { humanDuration } from '../print/age.ts'
import { cell } from '../print/cell.ts'

/** Events as `kubectl events` and the end of `describe` show them. Pure. */

export const EVENT_HEADER = 'LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE'

export const eventRow = (event: BottleEvent, now: number): string =>
  [seen(event, now), event.type, event.reason, event.object, event.message].map(cell).join('\t')

/** Rows below `Events:`. */
export const describedEvents = (events: readonly BottleEvent[], now: number): readonly string[] => {
  if (events.length === 0) return ['Events:\t<none>']
  const head = ['Events:', '  Type\tReason\tAge\tFrom\tMessage', '  ----\t------\t----\t----\t-------']
  return [
    ...head,
    ...events.map(
      (event) => `  ${[event.type, event.reason, seen(event, now), event.source, event.message].map(cell).join('\t')}`,
    ),
  ]
}

/** `12s`, or `12s (x5 over 2m3s)`. */
const seen = ({ count, firstTimestamp, lastTimestamp }: BottleEvent, now: number): string => {
  const last = humanDuration(now - Date.parse(lastTimestamp))
  return count > 1 ? `${last} (x${count} over ${humanDuration(now - Date.parse(firstTimestamp))})` : last
}
