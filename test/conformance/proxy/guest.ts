import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** A client behind the proxy that sends what it likes. */
export interface Answer {
  /** 0: the connection was closed without one. */
  readonly status: number
  readonly head: string
  readonly body: string
}

export interface Guest {
  /** Raw bytes to the proxy; all that comes until it closes, or until `enough`. */
  raw(text: string | Buffer, enough?: (got: string) => boolean): Promise<Answer>
  /** A tunnel; `tls` false leaves it plain. `undefined`: refused, and `answer` says how. */
  tunnel(
    target: string,
    options?: TunnelOptions,
  ): Promise<{ readonly socket: Socket | undefined; readonly answer: Answer }>
  /** Requests in one tunnel, one after another. */
  https(target: string, texts: string | readonly string[], options?: TunnelOptions): Promise<Answer>
}

export interface TunnelOptions {
  readonly servername?: string
  readonly tls?: boolean
}

export const createGuest = (proxyPort: number, ca: string, proxyHost = '127.0.0.1'): Guest => {
  const open = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(proxyPort, proxyHost, () => resolve(socket))
      socket.once('error', reject)
      socket.on('error', () => undefined)
    })
  const tunnel: Guest['tunnel'] = async (target, { servername = target.replace(/:\d+$/, ''), tls = true } = {}) => {
    const socket = await open()
    const answer = await exchange(socket, `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`, (got) =>
      got.includes('\r\n\r\n'),
    )
    if (answer.status !== 200) {
      socket.destroy()
      return { socket: undefined, answer }
    }
    if (!tls) return { socket, answer }
    const secured = connectTls({ socket, ca, servername, checkServerIdentity: () => undefined })
    secured.on('error', () => undefined)
    const isSecure = await new Promise<boolean>((resolve) => {
      secured.once('secureConnect', () => resolve(true)).once('close', () => resolve(false))
    })
    return { socket: isSecure ? secured : undefined, answer }
  }
  return {
    tunnel,
    raw: async (text, enough) => {
      const socket = await open()
      const answer = await exchange(socket, text, enough)
      socket.destroy()
      return answer
    },
    https: async (target, texts, options) => {
      const { socket, answer } = await tunnel(target, options)
      if (socket === undefined) return answer.status === 200 ? NOTHING : answer
      let last = NOTHING
      for (const text of [texts].flat()) last = await exchange(socket, text)
      socket.destroy()
      return last
    },
  }
}

const NOTHING: Answer = { status: 0, head: '', body: '' }
const PATIENCE_MS = 15_000

/** Ends with a whole answer, with the connection, or with `enough`. */
export const exchange = (socket: Socket, text: string | Buffer, enough = isWhole): Promise<Answer> =>
  new Promise((resolve) => {
    let got = ''
    const timer = setTimeout(() => settle(), PATIENCE_MS)
    const settle = (): void => {
      clearTimeout(timer)
      socket.off('data', take).off('close', settle).off('end', settle)
      const [head = '', ...rest] = got.split('\r\n\r\n')
      resolve({ status: Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') })
    }
    const take = (chunk: Buffer): void => {
      got += chunk.toString('latin1')
      if (enough(got)) settle()
    }
    socket.on('data', take).on('close', settle).on('end', settle)
    if (socket.destroyed) settle()
    else socket.write(text)
  })

const isWhole = (got: string): boolean => {
  const at = got.indexOf('\r\n\r\n')
  if (at === -1) return false
  const [head, body] = [got.slice(0, at), got.slice(at + 4)]
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length !== undefined) return body.length >= Number(length)
  return /\r\ntransfer-encoding: chunked/i.test(head) ? body.endsWith('0\r\n\r\n') : false
}
