import type { Stats } from 'node:fs'
import type { FSWatcher } from 'chokidar'

/**
 * A chokidar that looks at folders only. At each event of a folder chokidar lists it and stats every entry, to find new ones:
 * with a thousand files that is a thousand calls per write, and it is the folders among them that matter here. A listing
 * tells those without a stat.
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
          // Asked no more than whether it is a folder or a symbolic link.
          entry.stats = entry.dirent as unknown as Stats
          return typeof wanted !== 'function' || wanted(entry)
        },
      })
    }
  }
