import { readFile, stat } from 'node:fs/promises'
import { shellWord } from '../../drivers/shell-word.ts'
import type { Check, Finding } from './check.ts'

/** Groups, and the differences for root. */
export const user: Check = {
  name: 'user',
  run: async ({ uid, root }) => {
    if (uid === 0) {
      return [
        {
          check: 'user',
          level: 'warn',
          message:
            'running as root: smolvm gives each VM its own uid, so archives must be world-readable (0644 in a folder with 0711), and a mounted workspace fails (RootMount)',
          hint: 'run as an ordinary user in the groups docker and kvm',
        },
        ...(await archives(root)),
      ]
    }
    const mine = new Set([process.getgid?.() ?? -1, ...(process.getgroups?.() ?? [])])
    const known = await groups()
    return ['docker', 'kvm'].map((name): Finding => {
      const gid = known.get(name)
      if (gid === undefined)
        return { check: 'user', level: 'warn', message: `group ${name} does not exist on this machine` }
      return mine.has(gid)
        ? { check: 'user', level: 'ok', message: `in the group ${name}` }
        : {
            check: 'user',
            level: 'warn',
            message: `not in the group ${name}, or not in this login session`,
            command: `sudo usermod -aG ${name} "$USER"`,
            hint: 'then log in again',
          }
    })
  },
}

const groups = async (): Promise<ReadonlyMap<string, number>> => {
  const text = await readFile('/etc/group', 'utf8').catch(() => '')
  return new Map(
    text.split('\n').flatMap((line) => {
      const [name, , gid] = line.split(':')
      return name === undefined || gid === undefined ? [] : [[name, Number(gid)] as const]
    }),
  )
}

const archives = async (root: string): Promise<readonly Finding[]> => {
  const { mode } = await stat(root)
  return (mode & 0o001) === 0
    ? [
        {
          check: 'user',
          level: 'warn',
          message: `other users can't enter ${root}, so a VM's own uid can't read archives in it`,
          command: `chmod o+x ${shellWord(root)}`,
        },
      ]
    : []
}
