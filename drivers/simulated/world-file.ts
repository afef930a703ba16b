import { randomUUID } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { createDisk, type Disk } from '../disk/disk.ts'
import { DriverError } from '../errors.ts'
import { isRecord, parseJson } from '../json.ts'
import { applyBreak, type Break, type Echo } from './breaks.ts'
import { createWorld, type World } from './world.ts'

/**
 * A simulated world that outlives its controller: one JSON file, usually `<state>/simulated/world.json`.
 *
 * Flow: `save` after each change; `sendBreak`, from any process, leaves a change in `breaks/` beside the file; the next list
 *   of the world's holder applies and removes it.
 * Guarantees: nobody but the holder writes the file, so no change is lost to a race; a break sent while nothing runs waits.
 *   A small world is on disk before the verb that changed it returns.
 * Assumptions: one holder at a time (the root's lock).
 * Caveats: a large world is written now and then, so after a kill the last effects may be missing.
 */
export interface PersistentWorld {
  readonly world: World
  save(world: World): Promise<void> | void
  refresh(world: World, now: number): Promise<readonly Echo[]>
  /** Writes it again if the file was removed. */
  restore(): Promise<void>
  /** Writes the unwritten changes. */
  flush(): Promise<void>
}

/** A larger world is written in the background, a tenth of the time at most. Some hundred bottles. */
const SMALL_LENGTH = 512 * 1024

export const createPersistentWorld = async (path: string, disk: Disk = createDisk()): Promise<PersistentWorld> => {
  const world = await readWorld(path, disk)
  const breaks = join(dirname(path), 'breaks')
  let written = world.revision
  let tookMs = 0
  let small = true
  let writing: Promise<void> | undefined
  let rest: NodeJS.Timeout | undefined

  const writeOnce = async (): Promise<void> => {
    const began = performance.now()
    const { revision } = world
    const text = JSON.stringify(world)
    small = text.length <= SMALL_LENGTH
    await disk.writeDurable(path, text)
    written = revision
    tookMs = performance.now() - began
  }

  /** One write at a time; whoever comes during one shares the next. */
  const commit = async (): Promise<void> => {
    const { revision } = world
    while (written < revision) {
      writing ??= writeOnce().finally(() => {
        writing = undefined
      })
      await writing
    }
  }

  return {
    world,
    save: () => {
      if (small) return commit()
      rest ??= setTimeout(() => {
        rest = undefined
        // What can't be written now is tried again with the next change.
        void commit().catch(() => undefined)
      }, tookMs * 10)
      return undefined
    },
    refresh: async (_, now) => {
      const echoes: Echo[] = []
      for (const name of await disk.list(breaks)) {
        if (!name.endsWith('.json')) continue
        const change = parseBreak(await disk.read(join(breaks, name)))
        await disk.remove(join(breaks, name))
        if (change !== undefined) echoes.push(...applyBreak(world, change, now))
      }
      if (written < world.revision) await commit()
      return echoes
    },
    restore: async () => {
      if ((await disk.list(dirname(path))).includes(basename(path))) return
      written = -1
      await commit()
    },
    flush: async () => {
      clearTimeout(rest)
      rest = undefined
      await commit()
    },
  }
}

/** As last written; a new one if there is no file. */
export const readWorld = async (path: string, disk: Disk = createDisk()): Promise<World> => {
  const text = await disk.read(path, Infinity)
  if (text === undefined) return createWorld()
  const value = parseJson(text)
  if (isRecord(value) && value['version'] === 1) return createWorld(value as unknown as World)
  throw new DriverError({
    code: 'Failed',
    operation: `read ${path}`,
    detail: 'it is not a simulated world',
    hint: 'remove it: the simulation starts over',
  })
}

/** From another process: the holder of the world at `path` takes it up in its next list. */
export const sendBreak = async (path: string, change: Break, disk: Disk = createDisk()): Promise<void> => {
  const name = `${String(Date.now()).padStart(15, '0')}-${randomUUID()}.json`
  await disk.writeDurable(join(dirname(path), 'breaks', name), JSON.stringify(change))
}

const parseBreak = (text: string | undefined): Break | undefined => {
  const value = parseJson(text ?? '')
  return isRecord(value) && 'do' in value ? (value as unknown as Break) : undefined
}
