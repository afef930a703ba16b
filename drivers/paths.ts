import type { DriverError } from './errors.ts'

/** The port Paths: where a path of the host leads now. */

export type PlaceKind = 'folder' | 'file' | 'socket' | 'other' | 'missing'

/** What stands where a path leads, and what decides that it leads there. */
export interface Place {
  /** The real path. Of what doesn't exist: the real path of the deepest folder above that does, and the rest. */
  readonly canonical: string
  readonly kind: PlaceKind
  /** As text; '' if it is missing. */
  readonly device: string
  readonly inode: string
  /** Numeric user id, permission bits and number of hard links; 0 if it is missing. */
  readonly owner: number
  readonly mode: number
  readonly links: number
  /** `device:inode` of each existing folder above it, nearest first: one folder may have several paths (bind mounts). */
  readonly above: readonly string[]
  /** The links of its way, and what it enters and leaves by `..`: who can change one of these turns the way. */
  readonly via: readonly Turn[]
}

/** An entry at which a way can be turned. */
export interface Turn {
  /** Canonical but for the last part. */
  readonly path: string
  /** As for a place. */
  readonly above: readonly string[]
}

export interface Paths {
  /** Every link of the way is followed. Throws `SourceUnavailable` if that can't be told: never "missing" on a doubt. */
  look(path: string, signal?: AbortSignal): Promise<Place>
  /** The same for many at once; an error in place of one that can't be told. Throws if there is no answer at all. */
  lookAll(paths: readonly string[], signal?: AbortSignal): Promise<readonly (Place | DriverError)[]>
  /** Where this machine has anything mounted: below such a folder another part of the tree begins. */
  mountPoints(signal?: AbortSignal): Promise<readonly string[]>
  /**
   * What a process has mounted on its own, by where it sees it: the paths that the source has on this machine, most often one.
   * Undefined if that can't be seen.
   */
  mountsOf(pid: number, signal?: AbortSignal): Promise<ReadonlyMap<string, readonly string[]> | undefined>
  /** Folders of git's own files for the work trees around a folder, found without git; not yet looked at. */
  gitFolders(folder: string, signal?: AbortSignal): Promise<readonly string[]>
  /** The roots of this user that a controller ever ran on, as noted. */
  knownRoots(signal?: AbortSignal): Promise<readonly KnownRoot[]>
}

export interface KnownRoot {
  readonly owner: string
  /** Absolute. */
  readonly root: string
  readonly stateDir: string
}
