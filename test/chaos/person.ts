import { mkdirSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseAside } from '../../controller/folder/aside-name.ts'
import { readSafely } from '../../controller/folder/read-safely.ts'
import { readWithAside } from '../../controller/folder/read-with-aside.ts'
import { stripStatus } from '../simulation/oracles/strip-status.ts'
import type { File, Intent, Words } from './intent.ts'
import { statusesIn, textOf } from './intent.ts'

/**
 * Simulates a person who edits files, by renaming or in place.
 *
 * Flow: read the file (also if the controller has it aside for a moment), check that it says what was written last,
 *   write. Guarantees: a lost edit is an error at the next look. Caveats: if the controller was killed in the
 *   middle of a write, the file may be aside until its next start; then nothing is written, and the result is false.
 */
export type Way = 'rename' | 'in-place'

export interface Person {
  create(file: File, way: Way): void
  edit(file: File, way: Way): Promise<boolean>
  remove(path: string): Promise<boolean>
  move(from: string, to: string): Promise<boolean>
}

const SETTLE_MS = 3_000

export const createPerson = (options: {
  readonly root: string
  /** On the same file system, out of sight. */
  readonly desk: string
  readonly intent: Intent
  readonly words: Words
}): Person => {
  const { root, desk, intent, words } = options

  const write = (path: string, text: string, way: Way): void => {
    const target = join(root, path)
    mkdirSync(dirname(target), { recursive: true })
    if (way === 'in-place') return writeFileSync(target, text)
    writeFileSync(join(desk, 'edited'), text)
    renameSync(join(desk, 'edited'), target)
  }

  /** The text as it is; undefined while it is aside. */
  const read = async (path: string): Promise<string | undefined> => {
    const file = intent.files.get(path)
    if (file === undefined) throw new Error(`unknown file ${path}`)
    const wanted = stripStatus(path, textOf(file, words))
    let last = ''
    for (const end = performance.now() + SETTLE_MS; performance.now() < end; await sleep(20)) {
      const content = await readWithAside(join(root, path))
      last = content.kind === 'text' ? content.text : JSON.stringify(content)
      if (content.kind === 'text' && stripStatus(path, last) === wanted) return last
      if (await isAside(path, wanted)) return undefined
    }
    throw new Error(`an edit is lost: ${path} should be\n${wanted}\nbut is\n${last}`)
  }

  const isAside = async (path: string, wanted: string): Promise<boolean> => {
    const folder = dirname(join(root, path))
    for (const name of await readdir(folder).catch(() => [])) {
      if (parseAside(name)?.name !== join(root, path).slice(folder.length + 1)) continue
      const content = await readSafely(join(folder, name))
      if (content.kind === 'text' && stripStatus(path, content.text) === wanted) return true
    }
    return false
  }

  /** Until the name is there. */
  const patiently = async (act: () => void): Promise<boolean> => {
    for (let tries = 0; tries < 30; tries++) {
      try {
        act()
        return true
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
        await sleep(10)
      }
    }
    return false
  }

  return {
    create: (file, way) => {
      write(file.path, textOf(file, words), way)
      intent.put(file)
    },
    edit: async (file, way) => {
      const text = await read(file.path)
      if (text === undefined) return false
      write(file.path, textOf(file, words, statusesIn(text)), way)
      intent.put(file)
      return true
    },
    remove: async (path) => {
      if ((await read(path)) === undefined) return false
      const done = await patiently(() => unlinkSync(join(root, path)))
      if (done) intent.remove(path)
      return done
    },
    move: async (from, to) => {
      const file = intent.files.get(from)
      if (file === undefined || (await read(from)) === undefined) return false
      mkdirSync(dirname(join(root, to)), { recursive: true })
      const done = await patiently(() => renameSync(join(root, from), join(root, to)))
      if (done) intent.move(from, { ...file, path: to })
      return done
    },
  }
}

/** Removes a file again that people removed and a kill restored. */
export const takeAway = (root: string, path: string): void => rmSync(join(root, path), { force: true })
