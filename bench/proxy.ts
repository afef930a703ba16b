import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request as ask } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import type { TLSSocket } from 'node:tls'
import { costOf, start } from './child.ts'
import { median } from './measurement.ts'
import type { Measurement } from './measurement.ts'

/**
 * What the bundle's proxy costs beside a direct connection, on loopback: server, proxy and client are a process each, and both ways
 * take turns. The proxy decides each request and puts a credential in.
 */
const ROUNDS = 5
const SMALL = 200
const MIB = 2 ** 20
const LARGE = 200 * MIB
const CONNECTIONS = 64
const EACH = 16 * MIB

export const measureProxy = async (): Promise<readonly Measurement[]> => {
  const { BENCH_CERTIFICATES: certificates = '', BENCH_BUNDLE_MODULES: modules = '' } = process.env
  if (modules === '') throw new Error('the bundle has no modules here: .ci/install-bundle ~/.cache/bottled-bundle')
  const parts = join(import.meta.dirname, 'proxy-parts.js')
  const server = await listening([parts, 'server', certificates, modules])
  const proxy = await listening([parts, 'proxy', certificates, modules, String(server.port)])
  const { bottle, internet } = JSON.parse(readFileSync(certificates, 'utf8')) as Record<
    string,
    { readonly cert: string }
  >
  const target = `a.test:${server.port}`
  const direct = (): Promise<TLSSocket> =>
    secured(connectTls({ host: '127.0.0.1', port: server.port, servername: 'a.test', ca: internet?.cert }))
  const through = async (): Promise<TLSSocket> => {
    const socket = connect(proxy.port, '127.0.0.1')
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`)
    const [head] = (await once(socket, 'data')) as [Buffer]
    if (!head.toString().startsWith('HTTP/1.1 200')) throw new Error(head.toString())
    return secured(connectTls({ socket, servername: 'a.test', ca: bottle?.cert }))
  }
  try {
    const small = await inTurns(direct, through, (open) => smallMs(open, target))
    const first = await inTurns(direct, through, (open) => firstByteMs(open, target))
    const down = await inTurns(direct, through, (open) => tookMs(open, (way) => download(way, target, LARGE)))
    const up = await inTurns(direct, through, (open) => tookMs(open, (way) => upload(way, target, LARGE)))
    const rssMB = await residentWith(proxy.pid, () => many(through, target))
    const speed = (ms: number): number => LARGE / 1e6 / (ms / 1_000)
    const per100MB = (what: string, [plain, ours]: readonly [number, number]): Measurement => ({
      name: `proxy, 100 MB ${what}`,
      unit: 's',
      value: 100 / speed(ours),
      budget: 1,
      note: `${speed(ours).toFixed(0)} MB/s; direct ${speed(plain).toFixed(0)} MB/s`,
    })
    const beside = (what: string, [plain, ours]: readonly [number, number]): Measurement => ({
      name: `proxy, ${what}`,
      unit: 'ms',
      value: ours - plain,
      budget: 3,
      note: `more than the ${plain.toFixed(2)} ms of a direct connection`,
    })
    return [
      beside('small request, p50', small),
      beside('first byte of a stream', first),
      per100MB('down', down),
      per100MB('up', up),
      {
        name: 'proxy, resident',
        unit: 'MB',
        value: rssMB,
        budget: 256,
        note: `at most, with ${CONNECTIONS} connections and ${(CONNECTIONS * EACH) / MIB} MiB each way`,
      },
    ]
  } finally {
    server.stop()
    proxy.stop()
  }
}

type Open = () => Promise<TLSSocket>

const listening = async (
  args: readonly string[],
): Promise<{ readonly port: number; readonly pid: number; stop(): void }> => {
  const { child, ended } = start(args)
  const [line] = await Promise.race([
    once(child.stdout ?? child, 'data') as Promise<[Buffer]>,
    ended.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ])
  return { port: Number(line.toString()), pid: child.pid ?? 0, stop: () => void child.kill('SIGKILL') }
}

const secured = async (socket: TLSSocket): Promise<TLSSocket> => {
  await once(socket, 'secureConnect')
  return socket
}

/** Medians of the two ways, which take turns. */
const inTurns = async (
  direct: Open,
  through: Open,
  measure: (open: Open) => Promise<number>,
): Promise<readonly [number, number]> => {
  const [plain, ours]: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(await measure(direct))
    ours.push(await measure(through))
  }
  return [median(plain), median(ours)]
}

/** One connection for as many requests as are asked. */
const agentOn = (socket: TLSSocket): Agent => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return Object.assign(agent, { createConnection: () => socket })
}

const answerTo = async (
  agent: Agent,
  { target, path, body }: { readonly target: string; readonly path: string; readonly body?: AsyncIterable<Buffer> },
): Promise<IncomingMessage> => {
  const asked = ask({ agent, path, method: body === undefined ? 'GET' : 'POST', headers: { host: target } })
  const answered = once(asked, 'response') as Promise<[IncomingMessage]>
  for await (const chunk of body ?? []) if (!asked.write(chunk)) await once(asked, 'drain')
  asked.end()
  const [response] = await answered
  if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode ?? ''}`)
  return response
}

const sizeOf = async (response: IncomingMessage): Promise<number> => {
  let size = 0
  for await (const chunk of response) size += (chunk as Buffer).length
  return size
}

const smallMs = async (open: Open, target: string): Promise<number> => {
  const socket = await open()
  const agent = agentOn(socket)
  const took: number[] = []
  for (let count = 0; count < SMALL; count++) {
    const began = performance.now()
    await sizeOf(await answerTo(agent, { target, path: '/small' }))
    took.push(performance.now() - began)
  }
  socket.destroy()
  return median(took)
}

const firstByteMs = async (open: Open, target: string): Promise<number> => {
  const socket = await open()
  const agent = agentOn(socket)
  // The proxy's own connection stands then.
  await sizeOf(await answerTo(agent, { target, path: '/small' }))
  const began = performance.now()
  await once(await answerTo(agent, { target, path: '/stream' }), 'data')
  const took = performance.now() - began
  socket.destroy()
  return took
}

const tookMs = async (open: Open, work: (socket: TLSSocket) => Promise<void>): Promise<number> => {
  const socket = await open()
  const began = performance.now()
  await work(socket)
  const took = performance.now() - began
  socket.destroy()
  return took
}

const download = async (socket: TLSSocket, target: string, bytes: number): Promise<void> => {
  const got = await sizeOf(await answerTo(agentOn(socket), { target, path: `/down?${bytes}` }))
  if (got !== bytes) throw new Error(`${got} bytes of ${bytes} came`)
}

const upload = async (socket: TLSSocket, target: string, bytes: number): Promise<void> => {
  const response = await answerTo(agentOn(socket), { target, path: '/up', body: chunks(bytes) })
  let text = ''
  for await (const chunk of response) text += String(chunk)
  if (Number(text) !== bytes) throw new Error(`${text} bytes of ${bytes} arrived`)
}

const CHUNK = Buffer.alloc(64 * 1024)
// oxlint-disable-next-line require-await
async function* chunks(bytes: number): AsyncGenerator<Buffer> {
  for (let left = bytes; left > 0; left -= CHUNK.length) yield CHUNK
}

const many = async (open: Open, target: string): Promise<void> => {
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = await open()
      await download(socket, target, EACH)
      socket.destroy()
      const other = await open()
      await upload(other, target, EACH)
      other.destroy()
    }),
  )
}

const residentWith = async (pid: number, work: () => Promise<void>): Promise<number> => {
  let most = 0
  const timer = setInterval(() => (most = Math.max(most, costOf(pid).rssMB)), 50)
  try {
    await work()
    return most
  } finally {
    clearInterval(timer)
  }
}
