import { realpath, stat } from 'node:fs/promises'
import type { Care } from './copy-bytes.ts'
import { copyTree } from './copy-tree.ts'
import type { LookedAt } from '../host-facts.ts'
import { type Followed, followPaths } from './follow-paths.ts'
import { gitFoldersAround } from './git-folders.ts'
import { lookAtPath } from './look-at-path.ts'
import { type KeepFile, keepFile, type KeptFile, readSmall, stampOf } from './keep-file.ts'
import { stateFoldersIn } from './state-folders.ts'

/** What the process beside can be asked for. `path` is what is said to hang where it doesn't answer; of several, all together. */
export type Job =
  | { readonly kind: 'realpath'; readonly path: string }
  | { readonly kind: 'look'; readonly path: string }
  | { readonly kind: 'lookAt'; readonly path: string }
  | { readonly kind: 'follow'; readonly path: string; readonly paths: readonly string[] }
  | { readonly kind: 'gitFolders'; readonly path: string }
  | { readonly kind: 'states'; readonly path: string }
  | { readonly kind: 'read'; readonly path: string; readonly maxBytes: number }
  | ({ readonly kind: 'keep' } & KeepFile)
  | { readonly kind: 'tree'; readonly path: string; readonly temporary: string }

export interface Looked {
  readonly canonical: string
  readonly kind: 'file' | 'folder' | 'special'
  /** Changes whenever a file does. */
  readonly stamp: string
}

export interface Answers {
  readonly realpath: string
  readonly look: Looked
  readonly lookAt: LookedAt
  readonly follow: readonly Followed[]
  readonly gitFolders: readonly string[]
  /** Relative to the folder. */
  readonly states: readonly string[]
  readonly read: Buffer
  readonly keep: KeptFile
  /** The hash of the copy. */
  readonly tree: string
}

export const runJob = async (job: Job, care: Care): Promise<Answers[Job['kind']]> => {
  switch (job.kind) {
    case 'realpath':
      return realpath(job.path)
    case 'look':
      return look(job.path)
    case 'lookAt':
      return lookAtPath(job.path)
    case 'follow':
      return followPaths(job.paths)
    case 'gitFolders':
      return gitFoldersAround(job.path)
    case 'states':
      return stateFoldersIn(job.path, care)
    case 'read':
      return readSmall(job)
    case 'keep':
      return keepFile(job, care)
    case 'tree':
      return copyTree(job, care)
  }
}

const look = async (path: string): Promise<Looked> => {
  const canonical = await realpath(path)
  const found = await stat(canonical, { bigint: true })
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'special'
  return { canonical, kind, stamp: stampOf(found) }
}
