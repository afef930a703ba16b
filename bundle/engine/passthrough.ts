import { connect } from 'node:net'
import type { LookupFunction, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
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
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
  const hello = await firstRecord(client, head)
  const named = hello === undefined ? undefined : serverNameOf(hello)
  if (hello === undefined || named?.kind !== 'name' || named.name !== host) return void client.destroy()
  const server = await dial({ host, port, lookup }, client)
  if (server === undefined) return void client.destroy()
  client.unshift(hello)
  await Promise.allSettled([pipeline(client, server), pipeline(server, client)])
}

const HELLO_MS = 10_000
/** Of a TLS record, with its five bytes of header: browsers send some 2 KiB. */
const HELLO_BYTES = 16 * 1024 + 5
const DIAL_MS = 10_000
const HANDSHAKE = 0x16

/** Read as it comes; undefined: it is no handshake, or wasn't there in time. */
const firstRecord = async (client: Duplex, head: Buffer): Promise<Buffer | undefined> => {
  let read = head
  const timer = setTimeout(() => client.destroy(), HELLO_MS)
  try {
    for (;;) {
      if (read.length > 0 && read[0] !== HANDSHAKE) return undefined
      if (read.length >= 5) {
        const size = 5 + read.readUInt16BE(3)
        if (size > HELLO_BYTES) return undefined
        if (read.length >= size) return read
      }
      const more = await nextChunk(client)
      if (more === undefined) return undefined
      read = Buffer.concat([read, more])
    }
  } finally {
    clearTimeout(timer)
  }
}

/** undefined: the stream has ended. */
const nextChunk = (stream: Duplex): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const settle = (chunk: Buffer | undefined): void => {
      stream.off('readable', look).off('end', ended).off('close', ended).off('error', ended)
      resolve(chunk)
    }
    const ended = (): void => settle(undefined)
    const look = (): void => {
      const chunk = stream.read() as Buffer | null
      if (chunk !== null) settle(chunk)
    }
    stream.on('readable', look).on('end', ended).on('close', ended).on('error', ended)
    if (stream.destroyed) ended()
    else look()
  })

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
