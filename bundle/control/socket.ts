import { connect } from 'node:net'
import type { Server } from 'node:net'
import { askByText, listenForTexts, PATIENCE_MS } from '../socket/text-socket.ts'

/** The control socket, for a bundle that is the only one in its container. */
export const listenForControl = async (path: string, answer: (text: string) => Promise<string>): Promise<Server> => {
  if (await answers(path)) throw new Error('another one listens already')
  const server = await listenForTexts(path, { answer, mostBytes: MOST_BYTES })
  server.maxConnections = 8
  return server
}

/** Rejects where nobody listens, or no whole answer comes. */
export const askControl = (path: string, text: string): Promise<string> =>
  askByText(path, text, { mostBytes: MOST_BYTES, patienceMs: PATIENCE_MS })

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

/** Of a message. */
export const MOST_BYTES = 8 * 2 ** 20
