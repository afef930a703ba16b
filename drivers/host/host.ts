import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Host, Route } from '../ports.ts'
import { cancelled, DriverError } from '../errors.ts'
import { defaultDevice, deviceOf, fromIp, fromProc } from './route-table.ts'

/**
 * Reads the needed facts of this machine.
 *
 * Flow: routes from `ip`, which knows all tables, else from /proc, which knows the main one; never from the list of
 *   interfaces, which lacks bridges without carrier.
 * Guarantees: reads only. Routes that can't be read are an error, never "there are none".
 * Assumptions: Linux.
 */
const IP_MS = 5_000
const DISCARD_PORT = 9
const TABLE = '/proc/net/route'

const run = promisify(execFile)

export const createHost = (): Host => {
  const routes = async (signal?: AbortSignal): Promise<readonly Route[]> => {
    const operation = 'read the route table'
    try {
      return fromIp(await ipRoutes(['show', 'table', 'all'], signal))
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

  const device = async (ip: string, signal?: AbortSignal): Promise<string | undefined> => {
    try {
      return deviceOf(await ipRoutes(['get', ip], signal))
    } catch {
      if (signal?.aborted === true) throw cancelled(`look for the way to ${ip}`)
      return undefined
    }
  }

  return { routes, source, device, mtu }
}

/** The kernel chooses a connected UDP socket's own address by all its rules and tables, and sends nothing. */
const source = (ip: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = createSocket('udp4')
    const end = (address: string | undefined): void => {
      socket.close()
      resolve(address)
    }
    socket.once('error', () => end(undefined))
    socket.once('connect', () => end(socket.address().address))
    socket.connect(DISCARD_PORT, ip)
  })

/** sbin is not on an ordinary user's PATH everywhere. */
const ipRoutes = async (args: readonly string[], signal?: AbortSignal): Promise<string> => {
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }
  const options = { env, timeout: IP_MS, maxBuffer: 64 * 1024 * 1024, ...(signal === undefined ? {} : { signal }) }
  return (await run('ip', ['-j', '-4', 'route', ...args], options)).stdout
}
