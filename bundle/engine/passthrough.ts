import { connect } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { acceptTunnel } from './first-record.ts'
import type { SrtModules } from './srt-modules.ts'

/**
 * A tunnel that isn't looked into.
 *
 * Guarantees: nothing is dialled before the first TLS record of the client has named exactly that host; what is no TLS, names
 *   another server or none, or takes too long or too much to say so is closed. The connection goes to an address of `lookup`.
 */
export const passThrough = async (
  client: Duplex,
  head: Buffer,
  {
    host,
    port,
    lookup,
    serverNameOf,
  }: {
    readonly host: string
    readonly port: number
    readonly lookup: LookupFunction
    readonly serverNameOf: SrtModules['serverNameFromClientHello']
  },
): Promise<void> => {
  const hello = await acceptTunnel(client, head, { host, serverNameOf })
  if (hello === undefined) return
  const server = await dial({ host, port, lookup }, client)
  if (server === undefined) return void client.destroy()
  client.unshift(hello)
  await Promise.allSettled([pipeline(client, server), pipeline(server, client)])
}

const DIAL_MS = 10_000
const dial = (
  target: { readonly host: string; readonly port: number; readonly lookup: LookupFunction },
  client: Duplex,
): Promise<Socket | undefined> =>
  new Promise((resolve) => {
    const server = connect({ ...target, timeout: DIAL_MS })
    const fail = (): void => {
      server.destroy()
      resolve(undefined)
    }
    client.once('close', fail)
    server.once('timeout', fail).once('error', fail)
    server.once('connect', () => {
      server.setTimeout(0)
      server.off('error', fail)
      client.off('close', fail)
      resolve(server)
    })
  })
