import { shellWord } from '../shell-word.ts'
import type { Accounts } from './accounts.ts'

/**
 * Who else may write what is at a path, by what `lstat` says of it. Pure.
 *
 * Guarantees: as ssh and git have it: the owner must be root or this user, and no other user may write. A group that nobody
 *   else is in is no other user: that is how Debian sets up people.
 */
export interface Found {
  readonly uid: number
  readonly gid: number
  readonly mode: number
  readonly isLink: boolean
  /** It has an access list beyond its mode: the bits of the group are then those of everyone on it. */
  readonly hasList: boolean
}

/** `way`: a folder that leads to it. If it is sticky, as /tmp is, others can't turn what leads on. */
export type Role = 'itself' | 'way'

export interface Shared {
  readonly path: string
  /** "alice may write it: it is hers". */
  readonly why: string
  /** The next command. */
  readonly fix: string
  /** Its mode is all that is wrong. */
  readonly isByMode?: true
}

const STICKY = 0o1000
const GROUP = 0o020
const EVERYONE = 0o002

export const judgeWriters = (
  path: string,
  found: Found,
  { role, me, accounts }: { readonly role: Role; readonly me: number; readonly accounts: Accounts },
): Shared | undefined => {
  const { uid, gid, mode } = found
  const quoted = shellWord(path)
  if (uid !== 0 && uid !== me)
    return {
      path,
      why: `${found.isLink ? 'the link ' : ''}${path} belongs to the user ${accounts.userName(uid)}`,
      fix: `sudo chown ${found.isLink ? '-h ' : ''}${me} ${quoted}`,
    }
  if (found.isLink || (role === 'way' && (mode & STICKY) !== 0)) return undefined
  const bits = `mode ${(mode & 0o7777).toString(8).padStart(4, '0')}`
  const shared = (who: string): Shared => ({
    path,
    why: `${who} may write ${path} (${bits})`,
    fix: `chmod go-w ${quoted}`,
    isByMode: true,
  })
  if ((mode & EVERYONE) !== 0) return shared('every user')
  if ((mode & GROUP) === 0) return undefined
  if (found.hasList)
    return {
      path,
      why: `${path} has an access list by which others may write it`,
      fix: `setfacl -b ${quoted} && chmod go-w ${quoted}`,
    }
  const others = accounts.othersIn(gid)
  const group = `the group ${accounts.groupName(gid)}`
  if (others === undefined) return shared(group)
  return others.length === 0
    ? undefined
    : shared(`${group} (${others.slice(0, 3).join(', ')}${others.length > 3 ? ', …' : ''})`)
}
