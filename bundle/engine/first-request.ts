import { connect as connectTls, TLSSocket } from 'node:tls'
import type { SecureContext } from 'node:tls'
import { Duplex, PassThrough } from 'node:stream'
import { join, tieEnds } from './join.ts'
import { acceptTunnel, ESTABLISHED, readUntil } from './first-record.ts'
import type { SrtModules } from './srt-modules.ts'

/**
 * A tunnel in which a WebSocket may be asked for: srt cuts these without a word, so its first request is seen before.
 *
 * Flow: TLS ends here; a request that asks for an upgrade is `upgrade`'s, any other goes to srt over a second TLS connection in
 *   memory, so that it meets all of srt's checks.
 * Guarantees: nothing is dialled before the client's first TLS record has named exactly that host.
 * Caveats: a request for an upgrade that isn't the first of its connection is cut by srt.
 */
export const serveFirstRequest = async (
  client: Duplex,
  head: Buffer,
  {
    host,
    secureContext,
    ca,
    serverNameOf,
    upgrade,
    others,
  }: {
    readonly host: string
    /** Shows this server to the client, by a certificate of `ca` (PEM). */
    readonly secureContext: SecureContext
    readonly ca: string
    readonly serverNameOf: SrtModules['serverNameFromClientHello']
    readonly upgrade: (secured: TLSSocket) => void
    /** Serves the client's side of a tunnel, as if it were the client's connection. */
    readonly others: (tunnel: Duplex) => void
  },
): Promise<void> => {
  const hello = await acceptTunnel(client, head, { host, serverNameOf })
  if (hello === undefined) return
  client.unshift(hello)
  const secured = new TLSSocket(client, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] })
  tieEnds(client, secured)
  const first = await headOf(secured)
  if (first === undefined) return void secured.destroy()
  secured.unshift(first.read)
  if (ASKS_FOR_WEBSOCKET.test(first.head)) return upgrade(secured)
  const [inside, outside] = pair()
  tieEnds(inside, outside)
  others(inside)
  const established = await headOf(outside)
  if (established?.read.toString('latin1') !== ESTABLISHED) return void secured.destroy()
  const again = connectTls({ socket: outside, ca, servername: host, ALPNProtocols: ['http/1.1'] })
  join(secured, again)
}

const ASKS_FOR_WEBSOCKET = /\r\nupgrade:[ \t]*websocket[ \t]*\r\n/i
const HEAD_BYTES = 64 * 1024
/** As srt's own. */
const HEAD_MS = 10_000

const headOf = async (stream: Duplex): Promise<{ readonly head: string; readonly read: Buffer } | undefined> => {
  const read = await readUntil(stream, Buffer.alloc(0), {
    limitMs: HEAD_MS,
    look: (so) => (so.includes('\r\n\r\n') ? 'whole' : so.length > HEAD_BYTES ? 'none' : 'more'),
  })
  if (read === undefined) return undefined
  return { read, head: read.toString('latin1', 0, read.indexOf('\r\n\r\n') + 2) }
}

/** Two ends of one connection in memory. */
const pair = (): readonly [Duplex, Duplex] => {
  const [there, back] = [new PassThrough(), new PassThrough()]
  return [
    Duplex.from({ readable: there, writable: back }) as unknown as Duplex,
    Duplex.from({ readable: back, writable: there }) as unknown as Duplex,
  ]
}
