import type { Clock } from '../../controller/time/clock.ts'
import { messageOf } from '../../drivers/message.ts'
import type { Folder } from '../../controller/folder/folder.ts'
import { unwritable } from '../../controller/folder/rewrite.ts'
import type { Writer } from '../../controller/folder/open-writers.ts'
import type { Rewritten } from '../../controller/folder/rewrite.ts'
import type { Journal, Life } from './journal.ts'
import { asideNameOf, half, sha256 } from './memory-folder.ts'
import type { Aside, Inode, MemoryFolder } from './memory-folder.ts'

const REPLACED = '/root is not the folder that it was'

/**
 * The folder port on the folder in memory, for one controller. Each move of a rewrite is an effect of its own, so
 * that a death between any two is tested.
 */
export const createLifeFolder = (options: {
  readonly folder: MemoryFolder
  readonly journal: Journal
  readonly life: Life
  readonly clock: Clock
}): Folder => {
  const { folder, journal, life, clock } = options
  const { files, asides, trouble } = folder
  const writes = new Map<string, Promise<unknown>>()
  let watchedRoot: number | undefined
  let knownRoot: number | undefined
  let listener: ((path: string | undefined) => void) | undefined
  let unsubscribe: () => void = () => undefined

  const effect = <T>(verb: string, target: string, apply: () => T): Promise<T> =>
    journal.around(life, { port: 'folder', verb, target }, apply)

  const inTurn = <T>(path: string, work: () => Promise<T>): Promise<T> => {
    const turn = (writes.get(path) ?? Promise.resolve()).then(work, work)
    const tail = turn
      .catch(() => undefined)
      .then(() => {
        if (writes.get(path) === tail) writes.delete(path)
      })
    writes.set(path, tail)
    return turn
  }

  const isClosed = (path: string): boolean => [...trouble.closed].some((folder) => path.startsWith(folder))

  const isReplaced = (): boolean => knownRoot !== undefined && knownRoot !== folder.root()

  /** Restores the name; false if someone has created it again. */
  const putBack = (name: string, { of, inode }: Aside): boolean => {
    asides.delete(name)
    if (files.has(of)) return false
    files.set(of, inode)
    folder.changed(of, 'person')
    return true
  }

  const rewriteOnce = async (
    path: string,
    edit: (text: string) => string | undefined,
  ): Promise<Rewritten | 'again'> => {
    const inode = files.get(path)
    if (inode === undefined) return { kind: 'gone' }
    // Not put back, for a fault of the disk, and open still.
    const open = [...asides.values()].find((aside) => aside.of === path && aside.inode.openUntil > clock.monotonicMs())
    if (open !== undefined) return { kind: 'held', writer: writerOf(open.inode) }
    if ([...asides.values()].some(({ of }) => of === path)) {
      await recover(path)
      return 'again'
    }
    const before = inode.text
    const text = edit(before)
    if (text === before) folder.vain += 1
    if (text === undefined || text === before) return { kind: 'unchanged' }
    const refused = trouble.refused.get(path)
    if (refused !== undefined) return { kind: 'unwritable', why: refused }
    if (isReplaced()) return { kind: 'unwritable', why: REPLACED }
    if (isClosed(path)) return { kind: 'unwritable', why: 'EACCES' }
    if (trouble.strange.has(path)) return { kind: 'gone' }
    if (trouble.readOnly) return { kind: 'unwritable', why: 'it is on a read-only file system' }
    if (trouble.full) return { kind: 'unwritable', why: 'no space left on its disk' }
    const aside: Aside = { of: path, inode, old: half(before), fresh: half(text) }
    const name = asideNameOf(path, aside.old, aside.fresh)
    const taken = await effect('take', path, () => {
      if (files.get(path) !== inode || asides.has(name)) return false
      files.delete(path)
      asides.set(name, aside)
      return true
    })
    if (!taken) return 'again'
    if (inode.text !== before) {
      await effect('putBack', path, () => putBack(name, aside))
      return 'again'
    }
    const linked = await effect('link', path, () => {
      if (files.has(path)) return false
      aside.linked = folder.newInode(text)
      files.set(path, aside.linked)
      folder.changed(path, 'controller')
      return true
    }).catch(async (error: unknown) => {
      await effect('putBack', path, () => putBack(name, aside))
      throw error
    })
    if (linked) {
      await effect('mark', path, () => (aside.marked = true)).catch((error: unknown) => {
        delete aside.linked
        throw error
      })
      await clock.sleep(10)
    }
    const isHeld = inode.openUntil > clock.monotonicMs()
    // Someone made the name again, or writes on into the old file: theirs is the newer text.
    if (linked && inode.text === before && !isHeld) {
      await effect('drop', path, () => asides.delete(name))
      return { kind: 'written', sha256: sha256(text) }
    }
    await effect('putBack', path, () => {
      if (linked && files.get(path)?.text === text) files.delete(path)
      putBack(name, aside)
    })
    return isHeld ? { kind: 'held', writer: writerOf(inode) } : 'again'
  }

  const writerOf = ({ openUntil }: Inode): Writer => {
    const isOpen = (): boolean => openUntil > clock.monotonicMs()
    return { pid: 1, name: 'bash (pid 1)', isOpen }
  }

  /** What a crash left: as `aside-recovery.ts` does. */
  const recover = async (only?: string): Promise<void> => {
    for (const [name, aside] of asides) {
      if (only === undefined ? writes.has(aside.of) : aside.of !== only) continue
      const current = files.get(aside.of)
      const untouched = half(aside.inode.text) === aside.old
      const hasName = [...files.values()].some((each) => each === aside.linked)
      if (current === undefined && !(untouched && (aside.marked === true || hasName)))
        await effect('putBack', aside.of, () => putBack(name, aside))
      else if (aside.inode.openUntil <= clock.monotonicMs() && (untouched || aside.inode.text === current?.text))
        await effect('drop', aside.of, () => asides.delete(name))
      else if (current !== undefined && half(current.text) === aside.fresh) {
        await effect('restore', aside.of, () => {
          files.delete(aside.of)
          putBack(name, aside)
        })
      } else await effect('keep', aside.of, () => asides.delete(name))
    }
  }

  const watch = (): void => {
    unsubscribe()
    watchedRoot = folder.root()
    unsubscribe = folder.subscribe((path) => {
      if (life.alive()) listener?.(path)
    })
  }

  return {
    sweep: async () => {
      if (listener !== undefined && watchedRoot !== folder.root()) {
        watch()
        listener(undefined)
      }
      if (trouble.unreadable !== undefined) return { ok: false, why: `cannot read /root: ${trouble.unreadable}` }
      if (isReplaced()) return { ok: false, why: REPLACED, replaced: true }
      knownRoot = folder.root()
      try {
        await recover()
      } catch (error) {
        return { ok: false, why: `cannot read /root: ${messageOf(error)}` }
      }
      await Promise.all(writes.values())
      if (trouble.unreadable !== undefined) return { ok: false, why: `cannot read /root: ${trouble.unreadable}` }
      const stamp = (path: string, { id, text }: Inode): string =>
        `${id}:${sha256(text)}:${trouble.refused.get(path) ?? ''}`
      if (isReplaced()) return { ok: false, why: REPLACED }
      const open = [...files].filter(([path]) => !isClosed(path))
      const unreadable = [...trouble.closed].map((path) => ({ path, why: `EACCES: ${path}` }))
      return { ok: true, files: new Map(open.map(([path, inode]) => [path, stamp(path, inode)])), unreadable }
    },
    isKnown: async () => !isReplaced(),
    accept: async () => {
      const isOther = isReplaced()
      knownRoot = folder.root()
      return isOther
    },
    read: async (path) => {
      await writes.get(path)
      if (trouble.unreadable !== undefined) return { kind: 'unknown', why: trouble.unreadable }
      if (isReplaced()) return { kind: 'unknown', why: REPLACED }
      if (isClosed(path)) return { kind: 'refused', why: 'EACCES', mayHold: 'own' }
      const inode =
        files.get(path) ?? [...asides.values()].find(({ of, marked }) => of === path && marked !== true)?.inode
      if (inode === undefined) return { kind: 'gone' }
      const refused = trouble.refused.get(path)
      if (refused !== undefined) return { kind: 'refused', why: refused }
      const { text, changedAt } = inode
      if (trouble.strange.has(path)) return { kind: 'refused', why: 'its name is not UTF-8', text }
      return { kind: 'text', text, sha256: sha256(text), changedAt }
    },
    writerOf: async (path) => {
      await writes.get(path)
      const inode = files.get(path)
      return inode !== undefined && inode.openUntil > clock.monotonicMs() ? writerOf(inode).name : undefined
    },
    settled: async () => undefined,
    watch: async (onHint) => {
      listener = onHint
      watch()
      return {
        close: async () => {
          unsubscribe()
        },
      }
    },
    rewrite: (path, edit) =>
      inTurn(path, async () => {
        try {
          for (let attempt = 0; attempt < 30; attempt++) {
            const result = await rewriteOnce(path, edit)
            if (result !== 'again') return result
            await clock.sleep(Math.min(attempt * 2, 50))
          }
          return { kind: 'unwritable', why: 'it changes all the time' }
        } catch (error) {
          return unwritable(error)
        }
      }),
    gitAtWork: async () => trouble.git,
  }
}
