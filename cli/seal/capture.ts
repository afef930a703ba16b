import { readFile, readdir, readlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { errnoOf } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import { socketsIn } from './sockets.ts'
import type { Socket } from './sockets.ts'

/**
 * What leaves a VM, seen from this host: smolvm carries a guest's connections in sockets of the VM's own process.
 *
 * Flow: its sockets are looked at again and again while the guest tries; one to whom it tried to reach is a leak, though nobody
 *   answered it.
 * Guarantees: it needs no rights that the owner of the process hasn't. Where the connections to the bundle aren't seen either, it
 *   says that nothing was captured.
 * Caveats: a connection that is refused between two looks isn't seen, nor one without a peer (a datagram socket that isn't
 *   connected).
 */
export interface Capture {
  end(): Promise<Captured>
}

export type Captured =
  /** Each follows "the guest reaches". */
  | { readonly kind: 'captured'; readonly looks: number; readonly leaks: readonly string[] }
  | { readonly kind: 'none'; readonly why: string }

export interface CaptureOptions {
  /** Of the VM; undefined: not known. */
  readonly pid: number | undefined
  readonly bundleIp: string
  /** Whom the guest tries to reach, but for its bundle. */
  readonly tried: readonly string[]
  /** What answers on this host, on loopback, too. */
  readonly port: number
}

const PAUSE_MS = 20

export const startCapture = ({ pid, bundleIp, tried, port }: CaptureOptions): Capture => {
  const forbidden = new Set(tried)
  const leaks = new Set<string>()
  let looks = 0
  let sawBundle = false
  let ended = pid === undefined
  let why = pid === undefined ? "the process of the VM isn't known" : undefined

  const look = async (id: number): Promise<void> => {
    for (const { ip, port: to } of await socketsOf(id)) {
      if (ip === bundleIp) sawBundle = true
      else if (forbidden.has(ip) || (isLoopback(ip) && to === port))
        leaks.add(`${ip}, as a socket of its VM to port ${to} shows`)
    }
    looks += 1
  }

  const watching = (async () => {
    while (!ended && pid !== undefined) {
      try {
        await look(pid)
      } catch (error) {
        why = errnoOf(error) === 'ENOENT' ? 'the process of the VM has ended' : messageOf(error)
        return
      }
      await sleep(PAUSE_MS)
    }
  })()

  return {
    end: async () => {
      ended = true
      await watching
      if (leaks.size > 0) return { kind: 'captured', looks, leaks: [...leaks] }
      if (why !== undefined) return { kind: 'none', why }
      if (!sawBundle)
        return { kind: 'none', why: `the VM's connections to its bundle were not seen either, in ${looks} looks` }
      return { kind: 'captured', looks, leaks: [] }
    },
  }
}

const isLoopback = (ip: string): boolean => ip === '::1' || ip.startsWith('127.')

/** Of a process and what it started. */
const socketsOf = async (pid: number): Promise<readonly Socket[]> => {
  const inodes = new Set((await Promise.all((await familyOf(pid)).map(inodesOf))).flat())
  const tables = await Promise.all(
    ['tcp', 'tcp6', 'udp', 'udp6'].map((table) => readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '')),
  )
  return tables.flatMap(socketsIn).filter(({ inode }) => inodes.has(inode))
}

const familyOf = async (pid: number): Promise<readonly number[]> => {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const children = text
    .split(' ')
    .map(Number)
    .filter((child) => child > 0)
  return [pid, ...(await Promise.all(children.map(familyOf))).flat()]
}

const inodesOf = async (pid: number, at: number): Promise<readonly string[]> => {
  const folder = `/proc/${pid}/fd`
  // What it started may have ended; itself must be readable.
  const names = at === 0 ? await readdir(folder) : await readdir(folder).catch(() => [])
  const links = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')))
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
}
