import { createHash } from 'node:crypto'
import type { Clock } from '../../controller/time/clock.ts'

/**
 * A folder of files in memory, as people and their editors use it, that misbehaves as real ones do.
 *
 * Guarantees: a file is its inode, so a writer that holds it open keeps writing into it after it was taken aside; every
 *   change gives a hint, unless hints are lost; `onVersion` gets every text that a file had under its name, and its end.
 */
export interface Inode {
  readonly id: number
  text: string
  changedAt: number
  /** Somebody has it open for writing until then. */
  openUntil: number
}

export interface Aside {
  readonly of: string
  readonly inode: Inode
  readonly old: string
  readonly fresh: string
  /** The new text, after it gets the name. */
  linked?: Inode
  /** The mark that it had the name. */
  marked?: boolean
}

/** Current faults. */
export interface FolderTrouble {
  hints: 'told' | 'lost' | 'doubled' | 'overflow'
  /** The hint with this number (from 1) is lost. */
  lostHint: number | undefined
  /** The whole folder. */
  unreadable: string | undefined
  /** Files that can be neither read nor written, and why. */
  readonly refused: Map<string, string>
  /** Folders that can't be read, with a `/` at the end. */
  readonly closed: Set<string>
  /** Files whose name isn't UTF-8, by the path that is shown. */
  readonly strange: Set<string>
  readOnly: boolean
  full: boolean
  git: string | undefined
}

export interface MemoryFolder {
  readonly files: Map<string, Inode>
  /** By the names of the originals. */
  readonly asides: Map<string, Aside>
  readonly trouble: FolderTrouble
  /** Rewrites so far that changed nothing. */
  vain: number
  read(path: string): string | undefined
  /** Like a careful editor: a new file, renamed into place. */
  put(path: string, text: string): void
  /** Like a careless editor: truncates, writes half, writes the rest, with time in between. */
  overwrite(path: string, text: string, tornMs?: number): void
  /** As a script does that takes its time: truncates, then writes one part after the other, with pauses in between. */
  writeSlowly(path: string, parts: readonly string[], pauseMs: number): void
  move(from: string, to: string): void
  remove(path: string): void
  /** Another folder under the same name: watches no longer see anything. */
  replaceRoot(): void
  /** The root is moved away, and an empty folder is in its place, until it is brought back. */
  takeRootAway(): void
  bringRootBack(): void
  isAway(): boolean
  /** Leaves the remains of a crash during a rewrite, for an existing file. */
  leaveAside(path: string): void
  subscribe(listener: (path: string | undefined) => void): () => void
  /** Called after any change. */
  changed(path: string, by: Writer): void
  newInode(text: string): Inode
  /** Hints given so far. */
  hints(): number
  root(): number
}

export type Writer = 'person' | 'controller'

const HINT_MS = 4
const TORN_MS = 15

export const createMemoryFolder = (options: {
  readonly clock: Clock
  readonly random: () => number
  readonly onVersion: (path: string, text: string | undefined, by: Writer) => void
}): MemoryFolder => {
  const { clock, random, onVersion } = options
  const files = new Map<string, Inode>()
  const asides = new Map<string, Aside>()
  const trouble: FolderTrouble = {
    hints: 'told',
    lostHint: undefined,
    unreadable: undefined,
    refused: new Map(),
    closed: new Set(),
    strange: new Set(),
    readOnly: false,
    full: false,
    git: undefined,
  }
  let listeners: ((path: string | undefined) => void)[] = []
  let inodes = 0
  let hints = 0
  let root = 1
  let away: { root: number; files: Map<string, Inode>; asides: Map<string, Aside> } | undefined

  const newInode = (text: string): Inode => ({ id: (inodes += 1), text, changedAt: clock.now(), openUntil: -Infinity })

  const hint = (path: string): void => {
    hints += 1
    if (trouble.hints === 'lost' || trouble.lostHint === hints) return
    const told = trouble.hints === 'overflow' ? undefined : path
    for (let copies = trouble.hints === 'doubled' ? 2 : 1; copies > 0; copies--) {
      clock.setTimer(random() * HINT_MS * copies, () => {
        for (const listener of listeners) listener(told === '' ? undefined : told)
      })
    }
  }

  const changed = (path: string, by: Writer): void => {
    const inode = files.get(path)
    onVersion(path, inode?.text, by)
    // The kernel tells of it by bytes that lead nowhere as text: only a sweep finds the file.
    if (!trouble.strange.has(path)) hint(path)
  }

  /** For who writes in place. */
  const opened = (path: string, forMs: number): ((text: string) => void) => {
    const inode = files.get(path) ?? newInode('')
    if (files.get(path) === undefined) files.set(path, inode)
    inode.openUntil = Math.max(inode.openUntil, clock.monotonicMs() + forMs)
    return (text) => {
      inode.text = text
      inode.changedAt = clock.now()
      // It may have been moved meanwhile, or taken aside: then nobody sees it under a name of a person's.
      const current = [...files.keys()].find((name) => files.get(name) === inode)
      if (current !== undefined) changed(current, 'person')
    }
  }

  const folder: MemoryFolder = {
    files,
    asides,
    trouble,
    vain: 0,
    newInode,
    changed,
    hints: () => hints,
    root: () => root,
    read: (path) => files.get(path)?.text,
    put: (path, text) => {
      files.set(path, newInode(text))
      changed(path, 'person')
    },
    writeSlowly: (path, parts, pauseMs) => {
      const write = opened(path, parts.length * pauseMs)
      write('')
      for (const index of parts.keys())
        clock.setTimer((index + 1) * pauseMs, () => write(parts.slice(0, index + 1).join('')))
    },
    overwrite: (path, text, tornMs = TORN_MS) => {
      const write = opened(path, tornMs)
      write('')
      clock.setTimer(tornMs / 2, () => write(text.slice(0, Math.floor(text.length * random()))))
      clock.setTimer(tornMs, () => write(text))
    },
    move: (from, to) => {
      const inode = files.get(from)
      if (inode === undefined) return
      files.delete(from)
      files.set(to, inode)
      changed(from, 'person')
      changed(to, 'person')
    },
    remove: (path) => {
      files.delete(path)
      changed(path, 'person')
    },
    replaceRoot: () => {
      root += 1
      listeners = []
      for (const [path, { text }] of files) files.set(path, newInode(text))
    },
    takeRootAway: () => {
      if (away !== undefined) return
      away = { root, files: new Map(files), asides: new Map(asides) }
      root += 1_000
      files.clear()
      asides.clear()
      hint('')
    },
    isAway: () => away !== undefined,
    bringRootBack: () => {
      if (away === undefined) return
      root = away.root
      for (const [path, inode] of away.files) files.set(path, inode)
      for (const [name, aside] of away.asides) asides.set(name, aside)
      away = undefined
      // Who had a file open went on writing meanwhile.
      for (const path of files.keys()) changed(path, 'person')
      hint('')
    },
    leaveAside: (path) => {
      const inode = files.get(path)
      if (inode === undefined) return
      files.delete(path)
      const old = half(inode.text)
      asides.set(asideNameOf(path, old, '0'.repeat(16)), { of: path, inode, old, fresh: '0'.repeat(16) })
    },
    subscribe: (listener) => {
      listeners.push(listener)
      return () => {
        listeners = listeners.filter((each) => each !== listener)
      }
    },
  }
  return folder
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export const half = (text: string): string => sha256(text).slice(0, 16)

export const asideNameOf = (path: string, old: string, fresh: string): string => {
  const at = path.lastIndexOf('/') + 1
  return `${path.slice(0, at)}.${path.slice(at)}.bottled-${old}${fresh}`
}
