import type { GitIndex } from '../../drivers/git/git-index.ts'
import { createFeed } from '../feed/feed.ts'
import type { WithParsed } from '../feed/feed.ts'
import type { Folder } from '../folder/folder.ts'
import { createStatusParts } from '../status/status-parts.ts'
import type { OpenSource } from './source.ts'

/** A folder of Bottle files as a source. */
export const folderSource =
  (options: {
    readonly folder: Folder & WithParsed
    readonly statusMode: 'inline' | 'sidecar'
    /** Given where the files may be in a work tree of git. */
    readonly git?: GitIndex
  }): OpenSource =>
  (parts) => {
    const { folder, statusMode, git } = options
    const feed = createFeed({ ...parts, folder })
    return {
      sweep: feed.sweep,
      reread: feed.reread,
      refresh: () => feed.hint(undefined),
      watch: () => folder.watch(feed.hint, parts.onLimit),
      idle: feed.idle,
      accept: folder.accept,
      surroundings: folder,
      mayGrant: statusMode === 'sidecar',
      status: createStatusParts({ ...parts, mode: statusMode, folder, git }),
    }
  }
