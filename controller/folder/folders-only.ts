import type { Stats } from 'node:fs'
import type { FSWatcher } from 'chokidar'

/**
 * A chokidar that watches folders only. At each event in a folder chokidar lists it and stats every entry to find new ones:
 * with a thousand files a thousand calls per write. Only the folders matter here, and a listing names them without a stat.
 */
export const foldersOnly = (Base: typeof FSWatcher): typeof FSWatcher =>
  class FoldersOnly extends Base {
    override _readdirp(...[root, options]: Parameters<FSWatcher['_readdirp']>): ReturnType<FSWatcher['_readdirp']> {
      const wanted = options?.directoryFilter
      return super._readdirp(root, {
        ...options,
        alwaysStat: false,
        fileFilter: () => false,
        directoryFilter: (entry) => {
          // chokidar only asks whether it is a folder or a symbolic link.
          entry.stats = entry.dirent as unknown as Stats
          return typeof wanted !== 'function' || wanted(entry)
        },
      })
    }
  }
