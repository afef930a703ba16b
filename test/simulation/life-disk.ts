import { basename, dirname, join } from 'node:path'
import type { Disk } from '../../drivers/disk/disk.ts'
import type { MemoryDisk } from '../helpers/memory-disk.ts'
import { diskFailure } from './journal.ts'
import type { Life } from './journal.ts'
import type { World } from './world.ts'

/** The state's disk as one controller sees it: the files outlive it, its writes are effects. */
export const createLifeDisk = (world: Pick<World, 'disk' | 'journal' | 'stateTrouble'>, life: Life): Disk => {
  const { disk, journal } = world
  const change = async <T>(verb: string, target: string, apply: () => Promise<T>): Promise<T> => {
    const effect = { port: 'disk', verb, target }
    if (life.alive() && world.stateTrouble !== undefined) throw diskFailure(effect, world.stateTrouble)
    const entry = await journal.begin(life, effect).catch((error: unknown) => {
      if (verb === 'append') tear(disk, verb, target)
      throw error
    })
    const result = await apply()
    await journal.end(life, entry)
    return result
  }
  return {
    read: disk.read,
    stamp: disk.stamp,
    list: disk.list,
    writeDurable: (path, text) => change('write', path, () => disk.writeDurable(path, text)),
    append: async (path, text) => {
      // As on a real disk: without the folder there is no file and no effect.
      if (!disk.files.has(path) && (await disk.list(dirname(path))).length === 0) return false
      return change('append', path, () => disk.append(path, text))
    },
    rename: (from, to) => change('rename', from, () => disk.rename(from, to)),
    remove: async (path) => {
      if (!disk.files.has(path) && (await disk.list(path)).length === 0) return
      await change('remove', path, () => disk.remove(path))
    },
  }
}

/** The remains of a death during a write: half a file beside it, or half a line. */
export const tear = (disk: MemoryDisk, verb: string, path: string): void => {
  if (verb === 'write') disk.files.set(join(dirname(path), `.${basename(path)}.4711-1.tmp`), '{"version": 1, "ui')
  const hasFolder = [...disk.files.keys()].some((each) => each.startsWith(`${dirname(path)}/`))
  // The folder may have been renamed away while the append waited for its turn.
  if (verb === 'append' && hasFolder) disk.files.set(path, `${disk.files.get(path) ?? ''}{"type":"Normal","rea`)
}
