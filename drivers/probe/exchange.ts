import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { errnoOf } from '../errno.ts'
import type { Exchange } from './judge.ts'

/** One bounded exchange with a port. Ends at the first of: the answer's end, `enough`, the size, the signal. Never rejects. */

export interface Talk {
  readonly ip: string
  readonly port: number
  readonly maxBytes: number
  /** True once the text suffices. */
  readonly enough: (text: string) => boolean
}

export interface TcpTalk extends Talk {
  /** Undefined: connecting is all. */
  readonly say: string | undefined
}

export interface HttpTalk extends Talk {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const talkTcp = ({ ip, port, maxBytes, enough, say }: TcpTalk, signal: AbortSignal): Promise<Exchange> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    let connected = false
    const socket = connect({ host: ip, port })
    const end = (failure: string | undefined): void => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve({
        connected,
        failure,
        status: undefined,
        text: Buffer.concat(chunks).toString('latin1').slice(0, maxBytes),
      })
    }
    const onAbort = (): void => end(undefined)
    signal.addEventListener('abort', onAbort, { once: true })
    socket.once('connect', () => {
      connected = true
      if (say === undefined) end(undefined)
      else socket.write(say)
    })
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      const text = Buffer.concat(chunks).toString('latin1')
      if (text.length >= maxBytes || enough(text)) end(undefined)
    })
    socket.once('end', () => end(''))
    socket.on('error', (error) => end(errnoOf(error) || error.name))
  })

export const talkHttp = (talk: HttpTalk, signal: AbortSignal): Promise<Exchange> =>
  new Promise((resolve) => {
    const { ip, port, method, path, headers, body, maxBytes, enough } = talk
    const chunks: Buffer[] = []
    let connected = false
    let status: number | undefined
    // A separate agent for each exchange: no kept connection, and no proxy from the environment.
    const agent = new Agent({ keepAlive: false })
    const asking = request({ host: ip, port, method, path, headers: { ...headers, connection: 'close' }, agent })
    const end = (failure: string | undefined): void => {
      signal.removeEventListener('abort', onAbort)
      asking.destroy()
      resolve({ connected, failure, status, text: Buffer.concat(chunks).toString('utf8').slice(0, maxBytes) })
    }
    const onAbort = (): void => end(undefined)
    signal.addEventListener('abort', onAbort, { once: true })
    asking.once('socket', (socket) => socket.once('connect', () => (connected = true)))
    asking.once('response', (answer) => {
      status = answer.statusCode
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        const whole = Buffer.concat(chunks)
        if (whole.length >= maxBytes || enough(whole.toString('utf8'))) end(undefined)
      })
      answer.once('end', () => end(''))
      answer.on('error', (error) => end(errnoOf(error) || error.name))
    })
    asking.on('error', (error) => {
      // An answer that isn't HTTP still shows a server.
      if (errnoOf(error).startsWith('HPE_')) chunks.push(Buffer.from('(no HTTP)'))
      end(errnoOf(error) || error.name)
    })
    asking.end(body)
  })
