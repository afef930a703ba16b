import { lookup } from 'node:dns/promises'
import type { Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { listenForControl } from './control/socket.ts'
import { end, placeOf, say } from './end.ts'
import { createSrtEngine } from './engine/srt.ts'
import { loadSrt } from './engine/srt-modules.ts'
import { createGate } from './gate/gate.ts'
import type { Gate } from './gate/gate.ts'
import { makePlaces } from './gate/places.ts'
import { closing } from './service/closing.ts'
import { recordLine } from './service/record.ts'
import { createService } from './service/service.ts'
import { createBook } from './supervise/book.ts'
import { createSuperviseFront } from './supervise/front.ts'
import { reviewPush } from './supervise/review-push.ts'

const HOST = '0.0.0.0'
const PORTS = { proxy: 8888, git: 9418, supervise: 9100 } as const

interface ServeSetting {
  /** The node_modules folder of the image. */
  readonly modules: string
  /** Where the control command finds it. */
  readonly socket: string
  /** The folder with git's hook. */
  readonly hooks: string
  /** Runs scan.ts: program and arguments. */
  readonly scanner: readonly string[]
}

/** On a volume of the image: the rest of it is read-only, and memory is small. */
const GIT_FOLDER = '/var/lib/bottled/git'
const GIT_RUN = '/dev/shm/bottled-git'
const GIT_MIB = 4_096

/**
 * The bundle itself, PID 1.
 *
 * Guarantees: whatever part ends or fails unforeseen, the process ends with 70, and nothing goes out; on TERM it ends with 0 within
 *   two seconds.
 */
export const serve = async ({ modules, socket, hooks, scanner }: ServeSetting): Promise<void> => {
  await loadSrt(modules)
  const failed = (what: string, error: unknown): void => say(`${what} failed: ${placeOf(error)}`)
  const isSupervised = process.env['BOTTLE_SUPERVISE'] === '1'
  const book = createBook(Date.now)
  const networks = (): readonly string[] =>
    Object.values(networkInterfaces()).flatMap((each = []) =>
      each.flatMap(({ cidr, address }) => cidr ?? `${address}/${address.includes(':') ? 128 : 32}`),
    )
  const lookUp = async (host: string): Promise<readonly string[]> =>
    (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)
  let gate: Gate | undefined
  const service = createService({
    createEngine: (setting) => createSrtEngine({ ...setting, modules, failed }),
    lookUp,
    serve: async (repositories) => gate?.load(repositories),
    networks,
    now: Date.now,
    ended: (outcome) => void process.stdout.write(recordLine(outcome, Date.now())),
    failed,
    supervised: isSupervised,
    answered: book.told,
    loaded: book.wake,
  })
  const parts: [Server, number | string][] = [[service.front, PORTS.proxy]]
  if (process.env['BOTTLE_GIT'] === '1') {
    gate = await createGate({
      ...service,
      lookUp,
      root: GIT_FOLDER,
      mostMiB: Number(/^[0-9]{1,7}$/.exec(process.env['BOTTLED_GIT_MIB'] ?? '')?.[0] ?? GIT_MIB),
      hookSocket: `${GIT_RUN}/hooks/socket`,
      places: await makePlaces(GIT_RUN, { hooks, env: process.env }),
      scanner,
      review: isSupervised ? (push) => reviewPush({ book, now: Date.now }, push) : undefined,
      say,
      failed,
    })
    parts.push([gate.server, PORTS.git])
  }
  if (isSupervised) {
    const { policy, denials, repositories } = service
    const addresses = (): readonly string[] => networks().map((cidr) => cidr.replace(/\/.*/, ''))
    const supervise = { book, policy, denials, repositories, now: Date.now, modules, addresses, failed }
    parts.push([createSuperviseFront(supervise), PORTS.supervise])
  }
  const closers = parts.map(([server]) => closing(server))

  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(0), 2_000).unref()
    Promise.all([...closers.map((close) => close()), service.close(), gate?.close()]).then(
      () => process.exit(0),
      () => process.exit(0),
    )
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)

  const control = await listenForControl(socket, service.control)
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
