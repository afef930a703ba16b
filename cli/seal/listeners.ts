import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { WORD } from './word.ts'

/**
 * Answers on every address of this host, by TCP and UDP on one port, for as long as the proof takes: without something that would
 * answer, silence shows nothing.
 */
export interface Listeners {
  readonly port: number
  /** By which way each came, in the order in which it came. */
  heard(): readonly string[]
  close(): Promise<void>
}

const TRIES = 20

export const openListeners = async (): Promise<Listeners> => {
  for (let tries = 1; ; tries++) {
    try {
      return await open()
    } catch (error) {
      // The port may be taken for UDP.
      if (tries === TRIES) throw error
    }
  }
}

const open = async (): Promise<Listeners> => {
  const heard: string[] = []
  const word = `${WORD}${randomBytes(8).toString('hex')}\n`
  const server = createServer((socket) => {
    heard.push(`TCP at ${socket.localAddress ?? 'an address'}`)
    // Unread, its end would never come.
    socket.on('error', () => socket.destroy()).resume()
    socket.end(word)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '::', resolve)
  })
  const { port } = server.address() as AddressInfo
  const datagrams = createSocket({ type: 'udp6', ipv6Only: false })
  datagrams.on('message', (_, { address, port: from }) => {
    heard.push('UDP')
    datagrams.send(word, from, address, () => undefined)
  })
  const close = async (): Promise<void> => {
    await new Promise((resolve) => server.close(resolve))
    await new Promise<void>((resolve) => {
      try {
        datagrams.close(resolve)
      } catch {
        resolve()
      }
    })
  }
  try {
    await new Promise<void>((resolve, reject) => {
      datagrams.once('error', reject).bind(port, '::', resolve)
    })
  } catch (error) {
    await close()
    throw error
  }
  return { port, heard: () => heard, close }
}
