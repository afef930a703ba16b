import { createDisk } from '../../drivers/disk/disk.ts'
import { readEvents } from '../../controller/report/events.ts'
import type { BottleEvent } from '../../controller/report/event-log.ts'

/** Events from the files, oldest first; empty if there are none yet. */
export const loadEvents = async (stateDir: string, name?: string): Promise<readonly BottleEvent[]> => {
  const events = await readEvents({ stateDir, disk: createDisk() }).catch(() => [])
  return name === undefined ? events : events.filter(({ object }) => object === `bottle/${name}`)
}
