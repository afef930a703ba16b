import { lstat, readFile, readdir } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '../../drivers/docker/connection.ts'
import { usageOfStats } from './usage.ts'
import type { Usage } from './usage.ts'

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
  const first = await ticksOf(pid)
  if (folder === undefined || first === undefined) return undefined
  const since = performance.now()
  await sleep(SPAN_MS, undefined, { signal })
  const second = await ticksOf(pid)
  const seconds = (performance.now() - since) / 1_000
  if (second === undefined || second.start !== first.start) return undefined
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(await read(`/proc/${pid}/status`)) ?? []
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

const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

/** As its command line names it: `… _boot-vm FOLDER/boot-config.json`. */
const folderOf = async (pid: number): Promise<string | undefined> => {
  const words = (await read(`/proc/${pid}/cmdline`)).split('\0')
  const config = words[words.indexOf('_boot-vm') + 1]
  return words.includes('_boot-vm') && config?.endsWith('/boot-config.json') === true && isAbsolute(config)
    ? dirname(config)
    : undefined
}

const ticksOf = async (pid: number): Promise<{ readonly used: number; readonly start: string } | undefined> => {
  const stat = await read(`/proc/${pid}/stat`)
  // The name in parentheses may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const used = Number(fields[11]) + Number(fields[12])
  return fields[0] === 'Z' || Number.isNaN(used) ? undefined : { used, start: fields[19] ?? '' }
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
