import { lstat, readFile, stat } from 'node:fs/promises'
import { parseAccounts } from './accounts.ts'

/**
 * The user that something belongs to, if that is neither root nor who runs this: another's state must not be taken for ours.
 * Who came to be root by sudo is still that person.
 */
export const strangerOf = async (path: string): Promise<string | undefined> => {
  const found = [await lstat(path).catch(() => undefined), await stat(path).catch(() => undefined)]
  const me = process.geteuid?.()
  if (me === undefined) return undefined
  const sudo = me === 0 ? Number(process.env['SUDO_UID'] ?? 0) : me
  const stranger = found.find((each) => each !== undefined && ![0, me, sudo].includes(each.uid))
  if (stranger === undefined) return undefined
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  return parseAccounts({ passwd, group: '' }, { uid: me, gid: me }).userName(stranger.uid)
}
