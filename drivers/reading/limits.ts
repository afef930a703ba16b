/** Bounds on the host's files and folders that a Bottle names. README.md and docs/errors.md name them. */
export const SOURCE_LIMITS = {
  /** An archive or pack, holes counted. */
  archiveGiB: 64,
  /** A folder as image, all its files together, holes counted. */
  folderGiB: 64,
  folderEntries: 1_000_000,
  folderDepth: 128,
  /** What a copied workspace may send to its guest. */
  workspaceGiB: 64,
  secretMiB: 1,
  /** One look at a path, or one small file. */
  lookMs: 10_000,
  /** Without a byte, or an entry, in this time a copy is ended. */
  stallMs: 60_000,
  /** Also one that moves. */
  copyMs: 30 * 60_000,
} as const

export const MIB = 1024 ** 2
export const GIB = 1024 ** 3
