import type { BottleView } from '../bottles/bottles.ts'
import { humanDuration } from '../print/age.ts'

/** Until when the deletion of a bottle can be undone, how, and how to end it now; undefined where it can't. Pure. */
export const undoLine = ({ name, undoUntil, held }: BottleView, now: number): string | undefined => {
  if (undoUntil === undefined) return undefined
  const leftMs = Date.parse(undoUntil) - now
  if (!(leftMs > 0))
    return `the time to undo ended at ${timeOf(undoUntil, now)}: ${held?.message ?? 'a controller deletes it, disk included'}`
  return `until ${timeOf(undoUntil, now)} (in ${humanDuration(leftMs)}); its document's return undoes it; bottlectl delete bottle ${name} ends it now`
}

const MOST_NOTES = 5

/** Below a table of these bottles. */
export const undoNotes = (bottles: readonly BottleView[], now: number): readonly string[] => {
  const notes = bottles.flatMap((bottle) => {
    const line = undoLine(bottle, now)
    return line === undefined ? [] : [`note: the document of bottle/${bottle.name} is gone: ${line}`]
  })
  const more = notes.length - MOST_NOTES
  return more <= 0 ? notes : [...notes.slice(0, MOST_NOTES), `note: and ${more} more; see bottlectl describe`]
}

/** `22:31` in local time, with the date if it is another day's. */
const timeOf = (iso: string, now: number): string => {
  const [day = '', time = ''] = local(Date.parse(iso)).split(' ')
  const minute = time.slice(0, 5)
  return local(now).startsWith(day) ? minute : `${day} ${minute}`
}

/** `2026-11-29 22:31:05` */
const local = (ms: number): string => (Number.isNaN(ms) ? '' : new Date(ms).toLocaleString('sv-SE'))
