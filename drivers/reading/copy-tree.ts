import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { Care } from './copy-bytes.ts'
import { GIB, SOURCE_LIMITS } from './limits.ts'
import { Refusal } from './refusal.ts'
import { holdFolder, walkTree } from './tree.ts'

/**
 * Copies a folder by `cp`, which keeps owners, modes, times, holes, hard links and attributes.
 *
 * Flow: the folder is walked, copied as it is held, and the copy walked: what counts is what is in the copy.
 * Guarantees: nothing in the copy but files, folders and links; ended when nothing moves, and when more is written than may
 *   be. Returns the hash of the copy.
 */
export interface CopyTree {
  /** Canonical. */
  readonly path: string
  /** A new folder. */
  readonly temporary: string
}

const LOOK_MS = 500

export const copyTree = async ({ path, temporary }: CopyTree, care: Care): Promise<string> => {
  await walkTree({ path, hashed: false }, care)
  const folder = await holdFolder(path)
  try {
    await runCp(folder.fd, temporary, care)
  } finally {
    await folder.close()
  }
  return walkTree({ path: temporary, hashed: true }, care)
}

const SHELL = 'umask 077; exec cp -a /proc/self/fd/3/. "$1"'

const runCp = (fd: number, target: string, { signal, alive }: Care): Promise<void> =>
  new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C' }
    const child = spawn('/bin/sh', ['-c', SHELL, 'bottled-cp', target], {
      stdio: ['ignore', 'ignore', 'pipe', fd],
      env,
    })
    let why: unknown
    const end = (reason: unknown): void => {
      why ??= reason
      child.kill('SIGKILL')
    }
    const onAbort = (): void => end(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    let said = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(0, 2_000)
    })
    let before = ''
    const looks = setInterval(() => {
      void ioOf(child.pid).then((io) => {
        if (io !== '' && io !== before) alive()
        before = io
        const { folderGiB } = SOURCE_LIMITS
        if (writtenIn(io) > folderGiB * GIB) end(new Refusal('SourceRefused', `it is larger than ${folderGiB} GiB`))
      })
    }, LOOK_MS)
    const settle = (error: unknown): void => {
      clearInterval(looks)
      signal.removeEventListener('abort', onAbort)
      if (error === undefined) resolve()
      else reject(error instanceof Error ? error : new Error(String(error)))
    }
    child.once('error', settle)
    child.once('close', (code) => settle(why ?? (code === 0 ? undefined : failureOf(said, code))))
  })

const failureOf = (said: string, code: number | null): Refusal => {
  const detail = said.trim().split('\n').slice(0, 3).join('; ').replaceAll('/proc/self/fd/3/./', '')
  const isFull = /No space left|Disk quota exceeded/.test(said)
  return new Refusal(isFull ? 'StorageFull' : 'SourceUnavailable', detail === '' ? `cp ended with ${code}` : detail)
}

/** What a process has read and written so far, as Linux counts; '' where that isn't told. */
const ioOf = (pid: number | undefined): Promise<string> => readFile(`/proc/${pid}/io`, 'utf8').catch(() => '')

const writtenIn = (io: string): number => Number(/^wchar: (\d+)$/m.exec(io)?.[1] ?? 0)
