import { errnoOf } from '../../drivers/errno.ts'
import type { OpenFolder } from './open-folder.ts'

/**
 * The folders below an open one, opened on the way to each member and created where they are missing.
 *
 * Guarantees: no step follows a link; only the way to the last member is held open.
 */
export const openTree = (base: OpenFolder) => {
  let way: readonly { readonly name: string; readonly folder: OpenFolder }[] = []

  const back = async (depth: number): Promise<void> => {
    const [kept, left] = [way.slice(0, depth), way.slice(depth)]
    way = kept
    for (const { folder } of left) await folder.close()
  }

  return {
    /** `mode` is that of the last, where it is created; its owner can always use it. */
    folder: async (path: readonly string[], mode = 0o777): Promise<OpenFolder> => {
      const common = path.findIndex((name, depth) => way[depth]?.name !== name)
      await back(common === -1 ? path.length : common)
      for (const [depth, name] of path.entries()) {
        if (depth < way.length) continue
        const parent = way.at(-1)?.folder ?? base
        const bits = depth === path.length - 1 ? (mode & 0o777) | 0o700 : 0o777
        await parent.make(name, bits).catch((error: unknown) => {
          if (errnoOf(error) !== 'EEXIST') throw error
        })
        way = [...way, { name, folder: await parent.enter(name) }]
      }
      return way.at(-1)?.folder ?? base
    },
    close: () => back(0),
  }
}
