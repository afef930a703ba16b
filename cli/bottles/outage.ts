import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEvents } from '../../controller/report/event-log.ts'
import type { BottleEvent } from '../../controller/report/event-log.ts'

/**
 * What the controller can't reach right now: meanwhile no status in a file is updated.
 *
 * Guarantees: reads only the end of the event file, however long it is.
 */
interface Where {
  readonly lockDir: string
  readonly stateDir: string
}

const TAIL_BYTES = 64 * 1024
const MOST = 500
const BEGIN: Readonly<Record<string, string>> = {
  DockerUnavailable: 'DockerAvailable',
  MachinesUnknown: 'MachinesKnown',
}

export const outages = async ({ lockDir, stateDir }: Where): Promise<readonly BottleEvent[]> => {
  // Outages of an earlier controller are over: this one reached everything before it took the lock.
  const since = await stat(join(lockDir, 'lock')).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  )
  const own = parseEvents(await tailOf(join(stateDir, 'events.jsonl')), MOST).filter(
    ({ object, lastTimestamp }) => object === 'root' && Date.parse(lastTimestamp) >= since,
  )
  return Object.entries(BEGIN).flatMap(([begin, end]) => {
    const last = own.findLast(({ reason }) => reason === begin || reason === end)
    return last?.reason === begin ? [last] : []
  })
}

const tailOf = async (path: string): Promise<string> => {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { size } = await file.stat()
    const from = Math.max(0, size - TAIL_BYTES)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
