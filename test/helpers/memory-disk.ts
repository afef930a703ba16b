import { dirname } from 'node:path'
import type { Disk } from '../../drivers/disk/disk.ts'
import { DriverError } from '../../drivers/errors.ts'

/** A disk in memory. `effect` is awaited before and after each change: if it throws, that is a crash at that point. */
export interface MemoryDisk extends Disk {
  readonly files: Map<string, string>
  /** Changes so far, as `verb path`. */
  readonly effects: string[]
}

export interface MemoryDiskOptions {
  readonly files?: Iterable<readonly [string, string]>
  effect?(moment: 'before' | 'after', verb: string, path: string): Promise<void> | void
}

export const createMemoryDisk = (options: MemoryDiskOptions = {}): MemoryDisk => {
  const files = new Map(options.files ?? [])
  const effects: string[] = []

  const change = async (verb: string, path: string, apply: () => void): Promise<void> => {
    await options.effect?.('before', verb, path)
    apply()
    effects.push(`${verb} ${path}`)
    await options.effect?.('after', verb, path)
  }
  const inside = (folder: string): string[] => [...files.keys()].filter((path) => path.startsWith(`${folder}/`))

  return {
    files,
    effects,
    read: async (path, maxBytes = Infinity) => {
      const text = files.get(path)
      if (text !== undefined && text.length > maxBytes) {
        throw new DriverError({ code: 'Failed', operation: `read ${path}`, detail: `larger than ${maxBytes} bytes` })
      }
      return text
    },
    stamp: async (path) => files.get(path),
    writeDurable: (path, text) => change('write', path, () => files.set(path, text)),
    append: async (path, text) => {
      const isThere = (): boolean => files.has(path) || inside(dirname(path)).length > 0
      if (!isThere()) return false
      // An open for appending is one call: a folder that goes before it takes the file along, and never comes back with it.
      await change('append', path, () => isThere() && files.set(path, (files.get(path) ?? '') + text))
      return isThere()
    },
    list: async (folder) =>
      [...new Set(inside(folder).map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))].sort(),
    rename: (from, to) =>
      change('rename', from, () => {
        const moved = files.has(from) ? [from] : inside(from)
        if (moved.length === 0 || (dirname(to) !== dirname(from) && inside(dirname(to)).length === 0))
          throw new DriverError({ code: 'NotFound', operation: `rename ${from}`, detail: 'no such file' })
        for (const path of moved) {
          files.set(to + path.slice(from.length), files.get(path) ?? '')
          files.delete(path)
        }
      }),
    remove: (path) =>
      files.has(path) || inside(path).length > 0
        ? change('remove', path, () => {
            for (const each of [path, ...inside(path)]) files.delete(each)
          })
        : Promise.resolve(),
  }
}
