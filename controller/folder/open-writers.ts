import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { type AnsweringMounts, createAnsweringMounts } from './answering-mounts.ts'

/**
 * Who holds a file open for writing, by what Linux tells in /proc.
 *
 * Flow: one walk over the descriptors of all processes answers all who asked before it began.
 * Guarantees: a descriptor is known by device and inode, whatever became of the file's name; no file is looked at whose file
 *   system may not answer: that would hang us.
 * Caveats: it sees what our user may: own processes, all of this PID namespace as root; no writer by `mmap` whose descriptor
 *   is closed, none on another machine or in another container; nothing where there is no /proc.
 */
export interface Writer {
  readonly pid: number
  /** `bash (pid 4711)`. */
  readonly name: string
  /** True while it still has the file open. */
  isOpen(): boolean
}

export interface OpenWriters {
  /** `file`: the inode, from a stat. */
  of(file: Inode): Promise<Writer | undefined>
}

export interface Inode {
  readonly dev: bigint
  readonly ino: bigint
}

export const createOpenWriters = (proc = '/proc'): OpenWriters => {
  let waiting: Set<string> = new Set()
  let next: Promise<ReadonlyMap<string, Writer>> | undefined
  let current: Promise<unknown> = Promise.resolve()

  const walkNext = (): Promise<ReadonlyMap<string, Writer>> => {
    const walk = current.then(() => {
      const wanted = waiting
      waiting = new Set()
      next = undefined
      return walkProcesses(proc, wanted)
    })
    current = walk.catch(() => undefined)
    return walk
  }

  return {
    of: async (file) => {
      const key = keyOf(file)
      waiting.add(key)
      next ??= walkNext()
      return (await next).get(key)
    },
  }
}

const keyOf = ({ dev, ino }: Inode): string => `${dev}:${ino}`

/** Processes looked at between two turns of the event loop. */
const AT_ONCE = 32

const walkProcesses = async (proc: string, wanted: ReadonlySet<string>): Promise<ReadonlyMap<string, Writer>> => {
  const found = new Map<string, Writer>()
  const pids = namesIn(proc).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const devices = new Set([...wanted].map((key) => BigInt(key.split(':')[0] ?? 0)))
  const mounts = createAnsweringMounts(proc, devices)
  for (const [index, pid] of pids.entries()) {
    for (const fd of namesIn(`${proc}/${pid}/fd`)) {
      const at: Descriptor = { proc, pid, fd, devices, mounts }
      const key = writtenAt(at)
      if (key !== undefined && wanted.has(key) && !found.has(key)) found.set(key, writerAt(at, key))
    }
    if (index % AT_ONCE === AT_ONCE - 1) await turn()
  }
  return found
}

interface Descriptor {
  readonly proc: string
  readonly pid: string
  readonly fd: string
  readonly devices: ReadonlySet<bigint>
  readonly mounts: AnsweringMounts
}

const writerAt = (at: Descriptor, key: string): Writer => ({
  pid: Number(at.pid),
  name: `${textOf(`${at.proc}/${at.pid}/comm`).trim() || 'a process'} (pid ${at.pid})`,
  // By the table of mounts as it is then.
  isOpen: () => writtenAt({ ...at, mounts: createAnsweringMounts(at.proc, at.devices) }) === key,
})

/** The file that is open for writing there; undefined for most descriptors, with as few looks as can be. */
const writtenAt = ({ proc, pid, fd, mounts }: Descriptor): string | undefined => {
  const path = `${proc}/${pid}/fd/${fd}`
  try {
    // Most descriptors are sockets and pipes.
    if (!readlinkSync(path).startsWith('/')) return undefined
    const info = readFileSync(`${proc}/${pid}/fdinfo/${fd}`, 'utf8')
    if (!isForWriting(info)) return undefined
    return mounts.has(pid, numberIn(info, 'mnt_id') ?? '') ? keyOf(statSync(path, { bigint: true })) : undefined
  } catch {
    return undefined
  }
}

const numberIn = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:\\s+(\\d+)$`, 'm').exec(info)?.[1]

/** The lowest two bits of the flags, which are octal: 1 is write only, 2 is both. */
const isForWriting = (info: string): boolean => {
  const access = Number(/^flags:\s+[0-7]*([0-7])$/m.exec(info)?.[1] ?? 0) & 3
  return access === 1 || access === 2
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Empty where it may not be looked into, or is gone. */
const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
