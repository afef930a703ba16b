import { connect } from 'node:net'

/**
 * `bottled-bundle talk`: says something to ports of this container and prints what they answer, for a controller whose host has no
 * way here. docs/bundle.md is the contract.
 *
 * Flow: a line of JSON on stdin, one on stdout. Guarantees: it ends with its stdin, and once `ms` are over; of each port 64 KiB are
 *   read at most. Assumptions: who may run it in here may reach the ports anyway.
 */
export const talk = async (): Promise<void> => {
  const { ip, talks, ms } = JSON.parse(await firstLine()) as Asked
  // An exec can't be ended from outside: whoever asked is gone.
  process.stdin.on('end', () => process.exit(0)).resume()
  const answers = await Promise.all(talks.map((each) => answerTo(ip, each, ms)))
  process.stdout.write(`${JSON.stringify({ version: 1, talks: answers })}\n`, () => process.exit(0))
}

interface Asked {
  readonly ip: string
  readonly talks: readonly Talk[]
  readonly ms: number
}

interface Talk {
  readonly port: number
  /** In latin1. Absent: connecting is all. */
  readonly say?: string
}

interface Answer {
  readonly connected: boolean
  /** errno of its end, '' if the other side just closed; absent if a limit ended it. */
  readonly failure?: string
  /** In base64. */
  readonly text: string
}

const MOST_BYTES = 64 * 1024
const LONGEST_MS = 300_000

const firstLine = (): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    process.stdin.setEncoding('utf8')
    const onData = (chunk: string): void => {
      text += chunk
      if (!text.includes('\n')) return
      process.stdin.removeListener('data', onData)
      resolve(text.slice(0, text.indexOf('\n')))
    }
    process.stdin.on('data', onData).once('end', () => reject(new Error('nothing was asked')))
  })

const answerTo = (ip: string, { port, say }: Talk, ms: number): Promise<Answer> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    let connected = false
    const socket = connect({ host: ip, port })
    const end = (failure?: string): void => {
      clearTimeout(timer)
      socket.destroy()
      const text = Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('base64')
      resolve({ connected, ...(failure === undefined ? {} : { failure }), text })
    }
    const timer = setTimeout(end, Math.min(ms, LONGEST_MS))
    socket.once('connect', () => {
      connected = true
      if (say === undefined) end()
      else socket.write(say, 'latin1')
    })
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size >= MOST_BYTES) end()
    })
    socket.once('end', () => end(''))
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.name))
  })
