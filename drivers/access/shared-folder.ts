import type { Dirent } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { errnoOf } from '../errno.ts'
import { type Accounts, parseAccounts } from './accounts.ts'
import { type Found, judgeWriters, type Role, type Shared } from './judge-writers.ts'
import { createLists } from './lists.ts'
import type { Inode } from './lists.ts'

/**
 * Whether users other than root and this one may write a folder, or turn the way to it to another.
 *
 * Flow: from `/` on each folder and each link that the path leads through is looked at, then the folder itself.
 * Guarantees: undefined only if each was seen and none is shared; what can't be looked at throws.
 * Caveats: access lists count on Linux, where `ls` shows them.
 */
export interface Access {
  /** The first of them that is shared. What doesn't exist yet counts by the folders that lead to it. */
  sharedWay(path: string): Promise<Shared | undefined>
  /** The first shared folder at or below a folder; links aren't followed. */
  sharedBelow(folder: string, isLooked: (name: string) => boolean): Promise<Shared | undefined>
  /** Of one file that was opened. Nobody else may turn its path: the list is that of what is there. */
  sharedFile(
    path: string,
    stat: { readonly uid: number; readonly gid: number; readonly mode: number },
    inode?: Inode,
  ): Promise<Shared | undefined>
}

const MOST_LINKS = 40

export const openAccess = async (
  me: { readonly uid: number; readonly gid: number } = {
    uid: process.geteuid?.() ?? 0,
    gid: process.getegid?.() ?? 0,
  },
): Promise<Access> => {
  const accounts = await readAccounts(me)
  const lists = createLists()
  const judge = async (
    path: string,
    stat: Pick<Found, 'uid' | 'gid' | 'mode'>,
    { role, isLink, inode }: { readonly role: Role; readonly isLink: boolean; readonly inode?: Inode | undefined },
  ): Promise<Shared | undefined> => {
    const found: Found = { ...numbersOf(stat), isLink, hasList: false }
    const shared = judgeWriters(path, found, { role, me: me.uid, accounts })
    // The list is asked for only where it can make a difference: another process.
    if (shared !== undefined || isLink || (found.mode & 0o020) === 0) return shared
    return judgeWriters(path, { ...found, hasList: await lists.has(path, inode) }, { role, me: me.uid, accounts })
  }
  const itself = { role: 'itself', isLink: false } as const

  const sharedWay = async (path: string): Promise<Shared | undefined> => {
    let at = '/'
    let links = 0
    const left = segmentsOf(resolve(path))
    const root = await judge(at, await lstat(at), { role: left.length === 0 ? 'itself' : 'way', isLink: false })
    if (root !== undefined) return root
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const next = name === '..' ? dirname(at) : join(at, name)
      const stat = await lstat(next).catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return undefined
        throw error
      })
      // Who can't write the folder that leads to it can't make it.
      if (stat === undefined) return undefined
      const isLink = stat.isSymbolicLink()
      const shared = await judge(next, stat, { role: isLink || left.length > 0 ? 'way' : 'itself', isLink })
      if (shared !== undefined) return shared
      if (!isLink) at = next
      else {
        if (++links > MOST_LINKS) throw new Error(`${path} leads through too many links`)
        const target = await readlink(next)
        if (target.startsWith('/')) at = '/'
        left.unshift(...segmentsOf(target))
        if (left.length === 0) return judge(at, await lstat(at), itself)
      }
    }
    return undefined
  }

  const sharedBelow: Access['sharedBelow'] = async (folder, isLooked) => {
    const stat = await lstat(folder)
    const shared = await judge(folder, stat, { role: 'itself', isLink: stat.isSymbolicLink() })
    if (shared !== undefined) return shared
    const entries: readonly Dirent[] = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (['EACCES', 'ENOENT', 'ENOTDIR'].includes(errnoOf(error))) return []
      throw error
    })
    for (const { name } of entries.filter((entry) => entry.isDirectory() && isLooked(entry.name))) {
      const found = await sharedBelow(join(folder, name), isLooked).catch((error: unknown) => {
        if (errnoOf(error) === 'ENOENT') return undefined
        throw error
      })
      if (found !== undefined) return found
    }
    return undefined
  }

  return {
    sharedWay,
    sharedBelow,
    sharedFile: (path, stat, inode) => judge(path, stat, { ...itself, inode }),
  }
}

const numbersOf = ({ uid, gid, mode }: { readonly uid: number; readonly gid: number; readonly mode: number }) => ({
  uid,
  gid,
  mode,
})

const segmentsOf = (path: string): string[] => path.split('/').filter((name) => name !== '' && name !== '.')

const readAccounts = async (me: { readonly uid: number; readonly gid: number }): Promise<Accounts> => {
  const [passwd, group] = await Promise.all(
    ['/etc/passwd', '/etc/group'].map((path) => readFile(path, 'utf8').catch(() => '')),
  )
  return parseAccounts({ passwd: passwd ?? '', group: group ?? '' }, me)
}
