import { execFile, execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Three network namespaces: a host with a bridge, a bundle on it, and what is outside. Packets stay in them, and so do rules.
 *
 * Assumptions: root, iproute2, busybox. Guarantees: `remove` takes all of it away, with the processes in it.
 */
export interface NetLab {
  /** The bridge's device on the host. */
  readonly bridge: string
  /** Words before a command, that it runs in that place. */
  in(place: Place): readonly string[]
  run(place: Place, command: readonly string[], input?: string): string
  /** Answers on this port: of every address of the place by TCP, of one by UDP. */
  serve(place: Place, port: number, udpAt?: string): Promise<void>
  /** Whether an answer comes. */
  reaches(
    place: Place,
    ip: string,
    port: number,
    how?: { readonly kind?: 'tcp' | 'udp'; readonly user?: number },
  ): Promise<boolean>
  /** A conversation that stays open: true as long as it gets an answer to each word. */
  converse(place: Place, ip: string, port: number): Promise<{ stillWorks(): Promise<boolean>; end(): void }>
  remove(): void
}

export type Place = 'host' | 'bundle' | 'outside'

export const ADDRESSES = {
  bundle: '192.168.251.2',
  gateway: '192.168.251.1',
  /** Another address of the host. */
  host: '10.99.0.1',
  private: '10.213.0.2',
  shared: '100.64.9.9',
  metadata: '169.254.169.254',
  public: '203.0.113.7',
} as const

export const netLabMissing = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  if (!existsSync('/bin/busybox')) return 'busybox is not installed'
  try {
    execFileSync('ip', ['netns', 'list'], { stdio: 'ignore' })
  } catch {
    return 'iproute2 is not installed'
  }
  return undefined
}

export const createNetLab = (): NetLab => {
  const word = `bt-${randomBytes(3).toString('hex')}`
  const bridge = `br-${randomBytes(6).toString('hex')}`
  const nameOf = (place: Place): string => `${word}-${place}`
  const within = (place: Place): readonly string[] => ['ip', 'netns', 'exec', nameOf(place)]
  const children: ChildProcess[] = []
  const ip = (...args: readonly string[]): void => void execFileSync('ip', args, { stdio: 'pipe' })
  const run: NetLab['run'] = (place, command, input) => {
    const [file = '', ...args] = [...within(place), ...command]
    return execFileSync(file, args, { stdio: 'pipe', ...(input === undefined ? {} : { input }) }).toString()
  }
  const inside = (place: Place, ...args: readonly string[]): void => ip('-n', nameOf(place), ...args)

  for (const place of ['host', 'bundle', 'outside'] as const) {
    ip('netns', 'add', nameOf(place))
    inside(place, 'link', 'set', 'lo', 'up')
  }
  const cable = (one: readonly [Place, string], other: readonly [Place, string]): void => {
    ip(
      'link',
      'add',
      one[1],
      'netns',
      nameOf(one[0]),
      'type',
      'veth',
      'peer',
      'name',
      other[1],
      'netns',
      nameOf(other[0]),
    )
    for (const [place, device] of [one, other]) inside(place, 'link', 'set', device, 'up')
  }
  inside('host', 'link', 'add', bridge, 'type', 'bridge')
  inside('host', 'addr', 'add', `${ADDRESSES.gateway}/24`, 'dev', bridge)
  inside('host', 'link', 'set', bridge, 'up')
  cable(['host', 'vb'], ['bundle', 'eth0'])
  inside('host', 'link', 'set', 'vb', 'master', bridge)
  inside('bundle', 'addr', 'add', `${ADDRESSES.bundle}/24`, 'dev', 'eth0')
  inside('bundle', 'route', 'add', 'default', 'via', ADDRESSES.gateway)
  cable(['host', 'wan'], ['outside', 'eth0'])
  inside('host', 'addr', 'add', '10.213.0.1/24', 'dev', 'wan')
  inside('host', 'addr', 'add', `${ADDRESSES.host}/32`, 'dev', 'lo')
  inside('outside', 'addr', 'add', `${ADDRESSES.private}/24`, 'dev', 'eth0')
  inside('outside', 'route', 'add', 'default', 'via', '10.213.0.1')
  for (const address of [ADDRESSES.shared, ADDRESSES.metadata, ADDRESSES.public]) {
    inside('outside', 'addr', 'add', `${address}/32`, 'dev', 'lo')
    inside('host', 'route', 'add', `${address}/32`, 'via', ADDRESSES.private)
  }
  run('host', ['sysctl', '-qw', 'net.ipv4.ip_forward=1'])
  // The kernel tells one address of one refusal a second, which each next one would wait for.
  run('host', ['sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0'])

  const start = (place: Place, command: readonly string[]): ChildProcess => {
    const [file = '', ...args] = [...within(place), ...command]
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    children.push(child)
    return child
  }

  return {
    bridge,
    in: within,
    run,
    serve: async (place, port, udpAt) => {
      const script = udpAt === undefined ? TCP_ECHO : UDP_ECHO
      const child = start(place, [process.execPath, '-e', script, String(port), udpAt ?? ''])
      await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()))
    },
    reaches: (place, address, port, { kind = 'tcp', user } = {}) => {
      const as = user === undefined ? [] : ['setpriv', '--reuid', String(user), '--clear-groups']
      const ask =
        kind === 'tcp'
          ? ['sh', '-c', `echo echo | busybox nc -w 3 ${address} ${port}`]
          : [process.execPath, '-e', UDP_ASK, address, String(port)]
      const [file = '', ...args] = [...within(place), ...as, ...ask]
      return new Promise((resolve) => {
        execFile(file, args, { timeout: 20_000 }, (_, stdout) => resolve(stdout.includes('echo')))
      })
    },
    converse: async (place, address, port) => {
      const child = start(place, [process.execPath, '-e', TCP_TALK, address, String(port)])
      let text = ''
      child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
      const stillWorks = async (patienceMs = 3_000): Promise<boolean> => {
        const before = text.length
        child.stdin?.write('echo\n')
        for (let waited = 0; waited < patienceMs; waited += 20) {
          if (text.length > before) return true
          await sleep(20)
        }
        return false
      }
      if (!(await stillWorks(15_000))) throw new Error(`no conversation with ${address}:${port}`)
      return { stillWorks: () => stillWorks(), end: () => void child.kill('SIGKILL') }
    },
    remove: () => {
      for (const child of children) child.kill('SIGKILL')
      for (const place of ['host', 'bundle', 'outside'] as const) ip('netns', 'del', nameOf(place))
    },
  }
}

const TCP_ECHO = `require('net').createServer((s) => { s.on('error', () => {}); s.pipe(s) }).listen(+process.argv[1], '0.0.0.0', () => console.log('up'))`
const UDP_ECHO = `const s = require('dgram').createSocket('udp4'); s.on('message', (m, r) => s.send(m, r.port, r.address)); s.bind(+process.argv[1], process.argv[2], () => console.log('up'))`
const UDP_ASK = `const s = require('dgram').createSocket('udp4'); s.on('error', () => {}); s.on('message', (d) => { console.log(String(d)); s.close() }); s.send('echo', +process.argv[2], process.argv[1], () => {}); setTimeout(() => s.close(), 4000).unref()`
const TCP_TALK = `const s = require('net').connect(+process.argv[2], process.argv[1]); s.on('error', () => process.exit(1)); process.stdin.pipe(s); s.pipe(process.stdout)`
