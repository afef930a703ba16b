import type { Duplex } from 'node:stream'
import type { SrtModules } from './srt-modules.ts'

/** The proxy's answer to a CONNECT that it allows. */
export const ESTABLISHED = 'HTTP/1.1 200 Connection Established\r\n\r\n'

const HELLO_MS = 10_000
/** Of a TLS record, with its five bytes of header: browsers send some 2 KiB. */
const HELLO_BYTES = 16 * 1024 + 5
const HANDSHAKE = 0x16

/**
 * Answers a CONNECT; the client's first TLS record, which isn't consumed otherwise.
 *
 * undefined: the client is closed, as the record is no TLS, names another server than `host` or none, or took too long or too
 *   much to say so.
 */
export const acceptTunnel = async (
  client: Duplex,
  head: Buffer,
  { host, serverNameOf }: { readonly host: string; readonly serverNameOf: SrtModules['serverNameFromClientHello'] },
): Promise<Buffer | undefined> => {
  client.write(ESTABLISHED)
  const hello = await firstRecord(client, head)
  const named = hello === undefined ? undefined : serverNameOf(hello)
  if (named?.kind === 'name' && named.name === host) return hello
  client.destroy()
  return undefined
}

/** undefined: it is no handshake, or wasn't there in time. */
const firstRecord = (client: Duplex, head: Buffer): Promise<Buffer | undefined> =>
  readUntil(client, head, {
    limitMs: HELLO_MS,
    look: (read) => {
      if (read.length > 0 && read[0] !== HANDSHAKE) return 'none'
      if (read.length < 5) return 'more'
      const size = 5 + read.readUInt16BE(3)
      if (size > HELLO_BYTES) return 'none'
      return read.length >= size ? 'whole' : 'more'
    },
  })

/** What was read once `look` says that it is whole; undefined: it says `none`, the stream has ended, or time is up. */
export const readUntil = async (
  stream: Duplex,
  head: Buffer,
  { limitMs, look }: { readonly limitMs: number; readonly look: (read: Buffer) => 'whole' | 'more' | 'none' },
): Promise<Buffer | undefined> => {
  let read = head
  const timer = setTimeout(() => stream.destroy(), limitMs)
  try {
    for (;;) {
      const seen = look(read)
      if (seen !== 'more') return seen === 'whole' ? read : undefined
      const more = await nextChunk(stream)
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
