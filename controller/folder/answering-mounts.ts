import { readFileSync, readlinkSync } from 'node:fs'

/**
 * On which mounts a file of any process may be looked at.
 *
 * Guarantees: a look at a file on a network or in a program's file system (NFS, FUSE) hangs for as long as that doesn't answer,
 *   so it is left out, unless it is one that was asked for: that one is read all the time anyway. A mount that no table
 *   shows, as it was taken away under an open file, counts as one that hangs.
 */
export interface AnsweringMounts {
  /** `mount`: as the process's `fdinfo` says. */
  has(pid: string, mount: string): boolean
}

const MAY_HANG =
  /^(?:fuse.*|nfs\d?|cifs|smb\w*|9p|ceph|afs|lustre|gfs2|ocfs2|virtiofs|autofs|coda|orangefs|pvfs2|beegfs\w*|glusterfs)$/

/** `devices`: of the files that are asked for. Good for one walk over the processes. */
export const createAnsweringMounts = (proc: string, devices: ReadonlySet<bigint>): AnsweringMounts => {
  const asked = new Set([...devices].map(nameOf))
  /** By namespace of mounts. */
  const tables = new Map<string, ReadonlySet<string>>()

  const tableOf = (pid: string): ReadonlySet<string> => {
    const key = quietly(() => readlinkSync(`${proc}/${pid}/ns/mnt`)) ?? pid
    const known = tables.get(key)
    if (known !== undefined) return known
    const text = quietly(() => readFileSync(`${proc}/${pid}/mountinfo`, 'utf8')) ?? ''
    const table = new Set(text.split('\n').flatMap((line) => answeringIn(line, asked)))
    tables.set(key, table)
    return table
  }

  return { has: (pid, mount) => tableOf(pid).has(mount) }
}

/** `36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw`: its number, or nothing. */
const answeringIn = (line: string, asked: ReadonlySet<string>): readonly string[] => {
  const [before = '', after = ''] = line.split(' - ')
  const [id = '', , device = ''] = before.split(' ')
  const [type = ''] = after.split(' ')
  return id !== '' && type !== '' && (asked.has(device) || !MAY_HANG.test(type)) ? [id] : []
}

/** As the kernel writes a device: `major:minor`. */
const nameOf = (device: bigint): string => {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn)
  const minor = (device & 0xffn) | ((device >> 12n) & ~0xffn)
  return `${major}:${minor}`
}

const quietly = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}
