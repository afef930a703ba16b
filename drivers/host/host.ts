import { execFile } from 'node:child_process'
import { readFile, realpath } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Host, Route } from '../ports.ts'
import { cancelled, DriverError } from '../errors.ts'
import { defaultDevice, fromIp, fromProc } from './route-table.ts'

/**
 * Reads the needed facts of this machine.
 *
 * Flow: routes from `ip`, which knows all tables, else from /proc, which knows the main one; never from the list of
 *   interfaces, which lacks bridges without carrier.
 * Guarantees: reads only. Routes that can't be read are an error, never "there are none".
 * Assumptions: Linux.
 */
const IP_MS = 5_000
const TABLE = '/proc/net/route'

const run = promisify(execFile)

export const createHost = (): Host => {
  const routes = async (signal?: AbortSignal): Promise<readonly Route[]> => {
    const operation = 'read the route table'
    try {
      return fromIp(await ipRoutes(signal))
    } catch {
      if (signal?.aborted === true) throw cancelled(operation)
      const table = await readFile(TABLE, 'utf8').catch((cause: unknown) => {
        const hint = 'install iproute2'
        throw new DriverError({
          code: 'Failed',
          operation,
          detail: `neither \`ip\` nor ${TABLE} can be read`,
          hint,
          cause,
        })
      })
      return fromProc(table)
    }
  }

  const mtu = async (signal?: AbortSignal): Promise<number | undefined> => {
    const table = await readFile(TABLE, { encoding: 'utf8', signal }).catch(() => '')
    if (signal?.aborted === true) throw cancelled("read the host's MTU")
    const device = defaultDevice(table)
    if (device === undefined) return undefined
    const size = Number(await readFile(`/sys/class/net/${device}/mtu`, 'utf8').catch(() => ''))
    return Number.isInteger(size) && size > 0 ? size : undefined
  }

  return { routes, mtu, realpath: (path) => realpath(path).catch(() => undefined) }
}

/** sbin is not on an ordinary user's PATH everywhere. */
const ipRoutes = async (signal?: AbortSignal): Promise<string> => {
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }
  const options = { env, timeout: IP_MS, maxBuffer: 64 * 1024 * 1024, ...(signal === undefined ? {} : { signal }) }
  return (await run('ip', ['-j', '-4', 'route', 'show', 'table', 'all'], options)).stdout
}
