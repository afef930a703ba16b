import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import type { Access } from '../../drivers/access/shared-folder.ts'
import { createTurns } from '../../drivers/calls/turns.ts'
import type { Clock } from '../time/clock.ts'
import { gitAtWork } from './git-at-work.ts'
import { readWithAside } from './read-with-aside.ts'
import { rewriteFile, type Rewriting, type Rewritten } from './rewrite.ts'
import { recoverAsidesOf } from './aside-recovery.ts'
import { locate, type MayHold, readSafely } from './read-safely.ts'
import { createMountMemory } from './mount-memory.ts'
import { createRoot } from './root-identity.ts'
import { createSweeper, type Swept } from './sweep.ts'
import { createOpenWriters, type Writer } from './open-writers.ts'
import { createSettling } from './settle.ts'
import { createPace } from './sweep-pace.ts'
import { createWatch, type Watch } from './watch.ts'
import { wordsOfLimit } from './watch-limit.ts'

/**
 * The folder of Bottle files, as the controller needs it; the simulation has one in memory.
 *
 * Flow: hints and sweeps say which files may have changed, `read` gives their text, `rewrite` writes a status.
 * Guarantees: a file that is being rewritten here is never missing from a sweep, and `read` waits for it; a root that isn't
 *   the one swept first is neither read nor written.
 * Assumptions: paths are relative to the root, with `/`.
 */
export interface Folder {
  /**
   * Every candidate file with a stamp that changes when the content may have changed, and the folders that can't be read;
   * not ok: all is unknown, never empty. Puts asides back first.
   */
  sweep(signal?: AbortSignal): Promise<Swept>
  /** Regular files of at most 256 KiB within the root. */
  read(path: string): Promise<Read>
  /** What stands at the root's path is the folder that was swept first. */
  isKnown(): Promise<boolean>
  /** What stands at the root's path is the root from now on: a person said so. True if it wasn't. */
  accept(): Promise<boolean>
  /** Hints only; undefined: anything may have changed. Begins anew when the root is replaced. */
  watch(
    onHint: (path: string | undefined) => void,
    onLimit?: (why: string | undefined) => void,
  ): Promise<{ close(): Promise<void> }>
  /** Writes what `edit` makes of the current text; the same or undefined: no write. `edit` may run several times. */
  rewrite(path: string, edit: (text: string) => string | undefined): Promise<Rewritten>
  /** Who has it open for writing, as far as we may see. */
  writerOf(path: string): Promise<string | undefined>
  /** Resolves when every write has ended: what was taken aside is gone. */
  settled(): Promise<void>
  /** The operation of git under way in the repository around (or under) the root. */
  gitAtWork(): Promise<string | undefined>
}

export type Read =
  /** `changedAt`: milliseconds since 1970, by the clock of the file system. */
  | { readonly kind: 'text'; readonly text: string; readonly sha256: string; readonly changedAt: number }
  | { readonly kind: 'gone' }
  /** `text`: what is in it, where only its name can't be used. */
  | { readonly kind: 'refused'; readonly why: string; readonly mayHold?: MayHold; readonly text?: string }
  /** The root isn't the one that it was. */
  | { readonly kind: 'unknown'; readonly why: string }

export const createFolder = (options: {
  readonly root: string
  readonly stateDir: string
  readonly clock: Clock
  /** Judges who else may write; undefined: that doesn't count. */
  readonly access?: Pick<Access, 'sharedFile' | 'sharedWay'> | undefined
  /** For tests that crash. */
  readonly onStep?: Rewriting['onStep']
}): Folder => {
  const { stateDir, clock, access, onStep } = options
  const root = createRoot(options.root, access)
  /** By real file. */
  const writes = createTurns()
  /** Paths written since a sweep began: its listing may have missed them. */
  const touched = new Set<Set<string>>()
  const active = new Map<string, number>()
  const watches = new Set<Watch>()
  /** What the last sweep took. */
  let sweepMs = 0
  const hints = new Set<(path: string | undefined) => void>()
  const writers = createOpenWriters()
  /** Files that somebody had open for writing when we last wanted to write. */
  const held = new Map<string, Writer>()
  const settling = createSettling({
    writers,
    clock,
    inTurn: writes.take,
    onWriter: (file, writer) => void held.set(file, writer),
    // A sweep reads it again, and puts back what is still aside.
    onLate: () => {
      for (const hint of hints) hint(undefined)
    },
  })
  const sweeper = createSweeper({
    root,
    clock,
    isBusy: (file) => writes.last(file) !== undefined || settling.isPending(file),
    writers,
    memory: createMountMemory(stateDir),
  })

  const find = async (
    path: string,
  ): Promise<Awaited<ReturnType<typeof locate>> | Extract<Read, { kind: 'unknown' }>> => {
    const looked = await root.look()
    return looked.kind === 'unknown' ? looked : locate({ root: looked.real, stateDir }, path)
  }

  const readStrange = async (bytes: Buffer): Promise<Read> => {
    const content = await readSafely(bytes)
    if (content.kind !== 'text') return content
    return {
      kind: 'refused',
      why: 'its name is not UTF-8: rename it, and its bottles are followed again',
      text: content.text,
    }
  }

  const rewriteReal = async (file: string, edit: (text: string) => string | undefined): Promise<Rewritten> => {
    const writer = held.get(file)
    if (writer !== undefined) {
      if (writer.isOpen()) return { kind: 'held', writer }
      held.delete(file)
      // What the disk refused to put back holds all that was written since.
      await recoverAsidesOf(file, { now: clock.now(), writers })
    }
    return rewriteFile({ file, edit, clock, onStep, settle: settling.add })
  }

  const noteWritten = async (path: string, file: string): Promise<void> => {
    const stat = await lstat(file, { bigint: true }).catch(() => undefined)
    if (stat !== undefined) root.note(path, stat)
  }

  const rewrite: Folder['rewrite'] = async (path, edit) => {
    for (const set of touched) set.add(path)
    active.set(path, (active.get(path) ?? 0) + 1)
    try {
      const at = await find(path)
      if (at.kind !== 'at') return at.kind === 'gone' ? at : { kind: 'unwritable', why: at.why }
      const written = await writes.take(at.file, () => rewriteReal(at.file, edit))
      // Noted at once, not when it is read again: until then nobody would know that entry of the root.
      if (written.kind === 'written') await noteWritten(path, at.file)
      return written
    } finally {
      const left = (active.get(path) ?? 1) - 1
      if (left === 0) active.delete(path)
      else active.set(path, left)
    }
  }

  const sweep: Folder['sweep'] = async (signal) => {
    const mine = new Set(active.keys())
    touched.add(mine)
    try {
      for (const watch of watches) await watch.check()
      const began = clock.monotonicMs()
      const swept = await sweeper.sweep(signal)
      sweepMs = clock.monotonicMs() - began
      if (!swept.ok || mine.size === 0) return swept
      const files = new Map(swept.files)
      for (const path of mine) {
        const at = await find(path)
        if (at.kind === 'at') await writes.last(at.file)
        const stamp = await sweeper.stamp(path)
        if (stamp === undefined) files.delete(path)
        else files.set(path, stamp)
      }
      return { ...swept, files }
    } finally {
      touched.delete(mine)
    }
  }

  return {
    sweep,
    rewrite,
    isKnown: async () => (await root.look()).kind === 'known',
    accept: async () => {
      const isOther = await root.accept()
      return sweeper.acceptMounts() || isOther
    },
    read: async (path) => {
      const strange = sweeper.strange(path)
      if (strange !== undefined) return readStrange(strange)
      const at = await find(path)
      if (at.kind !== 'at') return at
      await writes.last(at.file)
      const content = await readWithAside(at.file)
      if (content.kind !== 'text') return content
      const { text, sha256, stat } = content
      const shared = await access?.sharedFile(at.file, numbersOf(stat), {
        ino: stat.ino,
        ctimeMs: Number(stat.ctimeMs),
      })
      if (shared !== undefined) return { kind: 'refused', why: `${shared.why}: ${shared.fix}`, mayHold: 'own' }
      root.note(path, stat)
      return { kind: 'text', text, sha256, changedAt: Number(stat.mtimeNs) / 1e6 }
    },
    watch: async (onHint, onLimit) => {
      let limited: string | undefined
      const pace = createPace({ clock, costMs: () => sweepMs, onTurn: () => onHint(undefined) })
      const watch = await createWatch({
        root: root.path,
        clock,
        onHint,
        onRoot: root.suspect,
        onLimit: (limit) => {
          pace.set(limit !== undefined)
          // Said once: how many folders it is about changes with each that is made.
          const which = limit && `${limit.name} ${limit.value}`
          if (which !== limited) onLimit?.(limit && wordsOfLimit(limit, pace.everyMs()))
          limited = which
        },
      })
      watches.add(watch)
      hints.add(onHint)
      return {
        close: async () => {
          watches.delete(watch)
          hints.delete(onHint)
          pace.set(false)
          await watch.close()
        },
      }
    },
    writerOf: async (path) => {
      const at = await find(path)
      if (at.kind !== 'at') return undefined
      // While a write of ours hasn't ended, the name isn't that of the file that somebody may have open.
      await writes.last(at.file)
      await settling.ended(at.file)
      const stat = await lstat(at.file, { bigint: true }).catch(() => undefined)
      return stat === undefined ? undefined : (await writers.of(stat))?.name
    },
    settled: settling.idle,
    gitAtWork: async () => {
      for (const folder of [root.path, ...sweeper.repositories()]) {
        const sign = await gitAtWork(folder)
        if (sign !== undefined) return sign
      }
      return undefined
    },
  }
}

const numbersOf = ({ uid, gid, mode }: BigIntStats) => ({ uid: Number(uid), gid: Number(gid), mode: Number(mode) })
