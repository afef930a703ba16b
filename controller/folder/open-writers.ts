import { readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'

/**
 * Who holds a file open for writing, by what Linux tells in /proc.
 *
 * Flow: one walk over the descriptors of all processes answers all who asked before it began.
 * Guarantees: a descriptor is known by device and inode, whatever became of the file's name.
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
  for (const [index, pid] of pids.entries()) {
    for (const fd of namesIn(`${proc}/${pid}/fd`)) {
      const key = inodeAt(`${proc}/${pid}/fd/${fd}`)
      if (key === undefined || !wanted.has(key) || found.has(key)) continue
      const at = { proc, pid, fd }
      if (isForWriting(at)) found.set(key, writerAt(at, key))
    }
    if (index % AT_ONCE === AT_ONCE - 1) await turn()
  }
  return found
}

interface Descriptor {
  readonly proc: string
  readonly pid: string
  readonly fd: string
}

const writerAt = (at: Descriptor, key: string): Writer => ({
  pid: Number(at.pid),
  name: `${textOf(`${at.proc}/${at.pid}/comm`).trim() || 'a process'} (pid ${at.pid})`,
  isOpen: () => inodeAt(`${at.proc}/${at.pid}/fd/${at.fd}`) === key && isForWriting(at),
})

/** The lowest two bits of the flags: 1 is write only, 2 is both. */
const isForWriting = ({ proc, pid, fd }: Descriptor): boolean =>
  /^flags:\s+[0-7]*[12]$/m.test(accessOf(textOf(`${proc}/${pid}/fdinfo/${fd}`)))

/** With the access mode as the last digit alone: octal digits hold three bits. */
const accessOf = (info: string): string =>
  info.replace(/^(flags:\s+[0-7]*)([0-7])$/m, (_, before: string, last: string) => `${before}${Number(last) & 3}`)

const inodeAt = (path: string): string | undefined => {
  try {
    // Most descriptors are sockets and pipes.
    return readlinkSync(path).startsWith('/') ? keyOf(statSync(path, { bigint: true })) : undefined
  } catch {
    return undefined
  }
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
