import { lookup } from 'node:dns/promises'
import type { Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { askControl, listenForControl } from './control/socket.ts'
import { createSrtEngine } from './engine/srt.ts'
import { loadSrt } from './engine/srt-modules.ts'
import { closing, createGitAside, createSuperviseAside } from './service/asides.ts'
import { recordLine } from './service/record.ts'
import { createService } from './service/service.ts'

/**
 * The one process of the bundle image: `bottled-bundle [serve | control | check]`.
 *
 * Flow: `serve` is PID 1; `control` hands stdin to it over its socket and prints the answer; `check` ends with 0 if this image can
 *   serve.
 * Guarantees: whatever part ends or fails unforeseen, the process ends with 70, and nothing goes out; on TERM it ends with 0 within
 *   two seconds. Of an unforeseen error only its name and place are written: its text may hold anything.
 */
const MODULES = join(import.meta.dirname, '..', 'node_modules')
const SOCKET = process.env['BOTTLED_CONTROL_SOCKET'] ?? '/dev/shm/bottled/control'
const HOST = '0.0.0.0'
const PORTS = { proxy: 8888, git: 9418, supervise: 9100 } as const

const say = (text: string): void => void process.stderr.write(`bundle: ${text}\n`)
const placeOf = (error: unknown): string => {
  const { name = 'Error', code = '', stack = '' } = error as { name?: string; code?: string; stack?: string }
  const [, place = ''] = /\n\s+at .*?([\w-]+\.[cm]?[jt]s:\d+)/.exec(stack) ?? []
  return [name, code, place].filter((each) => each !== '').join(' ')
}

const serve = async (): Promise<void> => {
  const failed = (what: string, error: unknown): void => say(`${what} failed: ${placeOf(error)}`)
  const service = createService({
    createEngine: (setting) => createSrtEngine({ ...setting, modules: MODULES, failed }),
    lookUp: async (host) => (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address),
    networks: () =>
      Object.values(networkInterfaces()).flatMap((each = []) =>
        each.flatMap(({ cidr, address }) => cidr ?? `${address}/${address.includes(':') ? 128 : 32}`),
      ),
    now: Date.now,
    ended: (outcome) => void process.stdout.write(recordLine(outcome, Date.now())),
    failed,
  })
  const parts: [Server, number | string][] = [[service.front, PORTS.proxy]]
  if (process.env['BOTTLE_GIT'] === '1') parts.push([createGitAside(), PORTS.git])
  if (process.env['BOTTLE_SUPERVISE'] === '1') parts.push([createSuperviseAside(), PORTS.supervise])
  const closers = parts.map(([server]) => closing(server))

  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(0), 2_000).unref()
    Promise.all([...closers.map((close) => close()), service.close()]).then(
      () => process.exit(0),
      () => process.exit(0),
    )
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)

  const control = await listenForControl(SOCKET, service.control)
  for (const part of [control, ...parts.map(([server]) => server)])
    part.once('close', () => {
      if (!stopping) end('a part has ended')
    })
  for (const [server, port] of parts)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(Number(port), HOST, resolve)
    })
  // Entries end by the clock.
  setInterval(() => void service.recheck().catch((error: unknown) => end(`recheck failed: ${placeOf(error)}`)), 1_000)
  say('denies everything until a policy is loaded')
}

const end = (why: string): never => {
  say(`${why}, and so does the bundle`)
  process.exit(70)
}

const control = async (): Promise<void> => {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk)
  const answer = await askControl(SOCKET, Buffer.concat(chunks).toString('utf8')).catch(
    () => '{"version":1,"ok":false,"reason":"NotRunning","message":"nothing listens in this bundle"}\n',
  )
  process.stdout.write(answer)
  process.exitCode = answer.startsWith('{"version":1,"ok":true') ? 0 : 1
}

process.on('uncaughtException', (error) => end(`unforeseen: ${placeOf(error)}`))
process.on('unhandledRejection', (error) => end(`unforeseen: ${placeOf(error)}`))

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 12)) end(`this is Node ${process.versions.node}; 22.12 or newer is needed`)
switch (process.argv[2] ?? 'serve') {
  case 'serve':
    await loadSrt(MODULES)
    await serve()
    break
  case 'control':
    await control()
    break
  case 'check':
    await loadSrt(MODULES)
    process.stdout.write(`Node ${process.versions.node}\n`)
    break
  default:
    say('usage: bottled-bundle [serve | control | check]')
    process.exitCode = 2
}
