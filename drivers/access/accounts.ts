/**
 * Who is in a group, by the texts of /etc/passwd and /etc/group. Pure.
 *
 * Caveats: users that only a directory service knows are in neither. Who isn't in /etc/passwd themselves may have such a
 *   service: then only the group of their own that has their number counts as theirs alone.
 */
export interface Accounts {
  /** Other users than root and this one that are in it; undefined: it can't be known. */
  othersIn(gid: number): readonly string[] | undefined
  /** By name where there is one. */
  userName(uid: number): string
  groupName(gid: number): string
}

interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

export const parseAccounts = (
  texts: { readonly passwd: string; readonly group: string },
  me: { readonly uid: number; readonly gid: number },
): Accounts => {
  const users = fieldsOf(texts.passwd).map(([name = '', , uid, gid]): User => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
  }))
  const groups = fieldsOf(texts.group).map(([name = '', , gid, members = '']) => ({
    name,
    gid: Number(gid),
    members: members.split(',').filter((each) => each !== ''),
  }))
  const isTrusted = (uid: number): boolean => uid === 0 || uid === me.uid
  const isKnown = users.some(({ uid }) => uid === me.uid)
  return {
    othersIn: (gid) => {
      const listed = groups.filter((group) => group.gid === gid)
      const own = gid === me.gid && gid === me.uid
      if (!isKnown && !own && gid !== 0) return undefined
      if (listed.length === 0 && !own) return undefined
      const names = listed.flatMap(({ members }) => members)
      const strangers = names.filter((name) => !users.some((user) => user.name === name && isTrusted(user.uid)))
      const primary = users.filter((user) => user.gid === gid && !isTrusted(user.uid)).map(({ name }) => name)
      return [...new Set([...strangers, ...primary])]
    },
    userName: (uid) => users.find((user) => user.uid === uid)?.name ?? `with the number ${uid}`,
    groupName: (gid) => groups.find((group) => group.gid === gid)?.name ?? `with the number ${gid}`,
  }
}

const fieldsOf = (text: string): readonly (readonly string[])[] =>
  text.split('\n').flatMap((line) => {
    const fields = line.split(':')
    return fields.length < 4 ? [] : [fields]
  })
