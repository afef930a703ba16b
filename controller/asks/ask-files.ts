import { join } from 'node:path'
import type { Disk } from '../../drivers/disk/disk.ts'
import { isTemporary } from '../../drivers/disk/temporary-name.ts'
import { askText, MOST_FILE_BYTES, parseAsk } from './ask.ts'
import type { Ask } from './ask.ts'

/**
 * The asks of bottles, on disk. Pure but for the disk.
 *
 * Guarantees: an ask is on disk before anybody hears of it. What isn't one is left alone.
 * Assumptions: one writer; `identity` and ids are checked.
 */
export interface AskFiles {
  /** Oldest first. */
  list(identity: string): Promise<readonly Ask[]>
  write(identity: string, ask: Ask): Promise<void>
  remove(identity: string, id: string): Promise<void>
}

export const createAskFiles = (stateDir: string, disk: Disk): AskFiles => {
  const folderOf = (identity: string): string => join(stateDir, 'bottles', identity, 'asks')
  return {
    list: async (identity) => {
      const folder = folderOf(identity)
      const asks: Ask[] = []
      for (const name of (await disk.list(folder)).slice(0, MOST_FILES)) {
        // What a crash left of a write.
        if (isTemporary(name)) await disk.remove(join(folder, name))
        const [, id = ''] = /^([a-z2-7]{8})\.json$/.exec(name) ?? []
        const text = id === '' ? undefined : await disk.read(join(folder, name), MOST_FILE_BYTES).catch(() => undefined)
        const ask = parseAsk(text, id)
        if (ask !== undefined) asks.push(ask)
      }
      return asks.toSorted(byTime)
    },
    write: (identity, ask) => disk.writeDurable(join(folderOf(identity), `${ask.id}.json`), askText(ask)),
    remove: (identity, id) => disk.remove(join(folderOf(identity), `${id}.json`)),
  }
}

const MOST_FILES = 200

export const byTime = (a: Ask, b: Ask): number =>
  a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : a.id < b.id ? -1 : 1
