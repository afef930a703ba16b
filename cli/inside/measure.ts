import { lstat, readFile, readdir } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { timesOf } from '../../drivers/calls/process-identity.ts'
import type { Connection } from '../../drivers/docker/connection.ts'
import { bootConfigOf } from '../../drivers/smolvm/vm-process.ts'
import type { Usage } from '../print/usage-table.ts'
import { usageOfStats } from './usage.ts'

/** Takes about a second: Docker compares two samples. Throws where Docker doesn't answer or has no such container. */
export const measureContainer = async (
  connection: Connection,
  container: string,
  signal: AbortSignal,
): Promise<Usage> => {
  const operation = `measure ${container}`
  const path = `/containers/${encodeURIComponent(container)}`
  const get = (rest: string, query: Readonly<Record<string, unknown>>): Promise<unknown> =>
    connection.json(
      { operation, doing: 'read', method: 'GET', path: `${path}${rest}`, query, deadlineMs: PATIENCE_MS },
      signal,
    )
  const [stats, inspected] = await Promise.all([get('/stats', { stream: false }), get('/json', { size: true })])
  return usageOfStats(stats, inspected)
}

const PATIENCE_MS = 15_000

/**
 * The VM of a process that smolvm started, by /proc; takes a second. Undefined where the process has ended, or is no VM: a number
 * in a record may be another process's by now.
 */
export const measureVm = async (pid: number, signal: AbortSignal): Promise<Usage | undefined> => {
  const folder = await folderOf(pid)
  const first = await timesOf(pid)
  if (folder === undefined || first === undefined) return undefined
  const since = performance.now()
  await sleep(SPAN_MS, undefined, { signal })
  const second = await timesOf(pid)
  const seconds = (performance.now() - since) / 1_000
  if (second === undefined || second.start !== first.start) return undefined
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')) ?? []
  return {
    cores: (second.used - first.used) / TICKS_PER_SECOND / seconds,
    memoryBytes: kib === undefined ? undefined : Number(kib) * 1024,
    diskBytes: await sizeOf(folder),
    receivedBytes: undefined,
    sentBytes: undefined,
  }
}

const SPAN_MS = 1_000
/** Linux tells them to programs so, whatever its own are. */
const TICKS_PER_SECOND = 100
const MOST_FILES = 256

const folderOf = async (pid: number): Promise<string | undefined> => {
  const config = await bootConfigOf(pid)
  return config?.endsWith('/boot-config.json') === true && isAbsolute(config) ? dirname(config) : undefined
}

/** What its files occupy: disks are sparse. */
const sizeOf = async (folder: string): Promise<number | undefined> => {
  const names = await readdir(folder).catch(() => undefined)
  if (names === undefined) return undefined
  const sizes = await Promise.all(
    names.slice(0, MOST_FILES).map((name) =>
      lstat(join(folder, name)).then(
        (found) => (found.isFile() ? found.blocks * 512 : 0),
        () => 0,
      ),
    ),
  )
  return sizes.reduce((all, each) => all + each, 0)
}
