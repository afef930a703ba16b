import type { Stats } from 'node:fs'
import { lstat, readlink, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path/posix'
import { cancelled } from '../errors.ts'
import { errnoOf } from '../errno.ts'
import type { LookedAt, LookAtPath } from '../host-facts.ts'

const MOST_LINKS = 40

/**
 * Guarantees: nothing is opened; a link whose target doesn't exist yet is followed all the same. Never throws but `Aborted`.
 * Assumptions: an absolute path. Caveats: true at that moment only: what may change it is judged elsewhere.
 */
export const lookAtPath: LookAtPath = async (path, signal) => {
  if (signal?.aborted === true) throw cancelled(`look at ${path}`)
  try {
    const canonical = await realpath(path)
    return { canonical, kind: kindOf(await lstat(canonical)) }
  } catch {
    return await walk(path)
  }
}

/** One name at a time, as the kernel does: for what `realpath` refuses. */
const walk = async (path: string): Promise<LookedAt> => {
  let todo = path.split('/')
  let at = '/'
  let links = 0
  let kind: LookedAt['kind'] = 'folder'
  while (todo.length > 0) {
    const [name = '', ...rest] = todo
    todo = rest
    if (name === '' || name === '.') continue
    if (name === '..') {
      if (kind === 'missing') kind = 'unknown'
      at = dirname(at)
      continue
    }
    const next = join(at, name)
    if (kind === 'missing' || kind === 'unknown') {
      at = next
      continue
    }
    try {
      const found = await lstat(next)
      if (!found.isSymbolicLink()) {
        at = next
        kind = kindOf(found)
        continue
      }
      if (++links > MOST_LINKS) return { canonical: join(next, ...rest), kind: 'unknown' }
      const target = await readlink(next)
      todo = [...target.split('/'), ...rest]
      if (target.startsWith('/')) at = '/'
    } catch (error) {
      at = next
      kind = ['ENOENT', 'ENOTDIR'].includes(errnoOf(error)) ? 'missing' : 'unknown'
    }
  }
  return { canonical: at, kind }
}

const kindOf = (stats: Stats): LookedAt['kind'] =>
  stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : stats.isSocket() ? 'socket' : 'other'
