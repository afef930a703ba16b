import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { hashOf } from '../../egress/hash.ts'
import type { EgressPolicy } from '../../schemas/egress.ts'
import { ownImage, ownImageMissing, tellBundle } from '../bundle/image/own-image.ts'
import { makeCertificates } from '../conformance/proxy/certificates.ts'
import { createGuest } from '../conformance/proxy/guest.ts'
import type { Guest } from '../conformance/proxy/guest.ts'
import { get } from '../conformance/proxy/stage.ts'
import { policyOf } from '../egress/a-policy.ts'
import { patience } from '../helpers/patience.ts'
import { attacks } from './attack.ts'
import type { Attack } from './attack.ts'

/** Ways to have the bundle's process let something through because it fails, or because it takes a stranger for the controller. */
const attack = attacks('bundle-process')
const missing = ownImageMissing()
const run = promisify(execFile)
let tag = ''
const certificates = makeCertificates()
const VALUE = 'hunter2-the-real-one'
const word = randomBytes(4).toString('hex')
const LABEL = `dev.bottled.test=${word}`
const HARDENED =
  '--read-only --user 65534:65534 --cap-drop ALL --security-opt no-new-privileges --memory 256m --memory-swap 256m --pids-limit 128 --ulimit core=0'

attack.before(async () => {
  if (missing !== undefined || process.env['BOTTLED_ATTACKS'] === 'list') return
  tag = await ownImage()
})
attack.after(async () => {
  if (missing !== undefined) return
  const { stdout } = await run('docker', ['ps', '-aq', '--filter', `label=${LABEL}`])
  for (const id of stdout.split('\n').filter((each) => each !== '')) await run('docker', ['rm', '-f', id])
})

interface Up {
  readonly id: string
  readonly guest: Guest
  readonly ip: string
  load(spec: EgressPolicy, change?: object): Promise<Readonly<Record<string, unknown>>>
  logs(): Promise<string>
  /** Once it has ended. */
  code(): Promise<number>
}

const up = async (...flags: readonly string[]): Promise<Up> => {
  const { stdout } = await run('docker', ['run', '-d', '--label', LABEL, ...HARDENED.split(' '), ...flags, tag])
  const id = stdout.trim()
  const address = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
  const ip = (await run('docker', ['inspect', '-f', address, id])).stdout.trim()
  const endMs = performance.now() + 20_000 * patience()
  while (!(await opens(ip))) if (performance.now() > endMs) throw new Error(`it never listened: ${await logsOf(id)}`)
  return {
    id,
    ip,
    guest: createGuest(8888, certificates.bottle.cert, ip),
    load: (spec, change = {}) =>
      tellBundle(
        id,
        JSON.stringify({
          version: 1,
          command: 'load',
          policy: policyOf(spec),
          secrets: { TOKEN: VALUE },
          ca: certificates.bottle,
          ...change,
        }),
      ),
    logs: () => logsOf(id),
    code: async () => Number((await run('docker', ['wait', id], { timeout: 30_000 })).stdout),
  }
}
const logsOf = async (id: string): Promise<string> => {
  const { stdout, stderr } = await run('docker', ['logs', id])
  return stdout + stderr
}
const opens = (ip: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(8888, ip, () => socket.end(() => resolve(true)))
    socket.once('error', () => setTimeout(() => resolve(false), 50))
  })

const ALLOWED: EgressPolicy = { allow: [{ host: 'a.test' }, { host: 'plain.test', ports: [80] }] }
const preload = (code: string): readonly string[] => [
  '-e',
  `NODE_OPTIONS=--import=data:text/javascript,${encodeURIComponent(code)}`,
]

const title = (row: Attack, body: () => Promise<void>): void => {
  if (missing === undefined) attack(row, body, { deadlineMs: 120_000 })
  else attack.skip(row, missing)
}

title(
  {
    party: 'agent',
    aim: 'sends through a proxy whose judge is gone',
    way: 'an error that nobody foresaw, anywhere in the bundle',
    seen: 'the whole bundle ends with 70, and the log has none of the text of the error',
    enforcedBy: 'bundle',
  },
  async () => {
    for (const failing of [
      `process.on('SIGUSR2',()=>{throw new Error('${VALUE}')})`,
      `process.on('SIGUSR2',()=>{void Promise.reject(new Error('${VALUE}'))})`,
    ]) {
      const bundle = await up(...preload(failing))
      await bundle.load(ALLOWED)
      await run('docker', ['kill', '-s', 'USR2', bundle.id])
      assert.is(await bundle.code(), 70)
      assert.match(await bundle.logs(), 'unforeseen: Error')
      assert.not.match(await bundle.logs(), VALUE)
    }
  },
)

for (const port of [9418, 9100, 8888])
  title(
    {
      party: 'agent',
      aim: 'keeps a bundle going of which a part is missing',
      way: `the server of port ${port} ends`,
      seen: 'the whole bundle ends with 70',
      enforcedBy: 'bundle',
    },
    async () => {
      const bundle = await up(
        '-e',
        'BOTTLE_GIT=1',
        '-e',
        'BOTTLE_SUPERVISE=1',
        ...preload(
          `import net from 'node:net';const l=net.Server.prototype.listen;net.Server.prototype.listen=function(...a){if(a[0]===${port})process.on('SIGUSR2',()=>this.close());return l.apply(this,a)}`,
        ),
      )
      await run('docker', ['kill', '-s', 'USR2', bundle.id])
      assert.is(await bundle.code(), 70)
      assert.match(await bundle.logs(), 'a part has ended')
    },
  )

title(
  {
    party: 'agent',
    aim: 'uses the time before the policy',
    way: 'requests, tunnels and half a request as soon as the port is open, and again on a kept connection after the load',
    seen: '503 PolicyNotLoaded each time, and the connection is closed',
    enforcedBy: 'bundle',
  },
  async () => {
    const { guest, load } = await up()
    const plain = await guest.raw(get('http://plain.test/', 'plain.test'))
    assert.is(plain.status, 503)
    assert.match(plain.head, /connection: close/i)
    assert.is((await guest.tunnel('a.test:443')).answer.status, 503)
    const early = guest.raw('GET http://other.test/ HTTP/1.1\r\nHost: other.test\r\n')
    await load(ALLOWED)
    const { status } = await early
    assert.ok(status === 0 || status >= 400, String(status))
  },
)

title(
  {
    party: 'agent',
    aim: 'tells the bundle a policy of its own',
    way: 'the control message at each port that the guest reaches, and through the proxy to the bundle itself',
    seen: 'no port takes it; the policy in force stays',
    enforcedBy: 'bundle',
  },
  async () => {
    const { guest, load, ip, id } = await up('-e', 'BOTTLE_GIT=1', '-e', 'BOTTLE_SUPERVISE=1')
    const { hash } = await load(ALLOWED)
    const all = policyOf({ mode: 'audit' })
    const message = JSON.stringify({ version: 1, command: 'load', policy: all, ca: certificates.bottle })
    for (const port of [8888, 9418, 9100])
      for (const text of [
        message,
        `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${message.length}\r\nConnection: close\r\n\r\n${message}`,
      ])
        await createGuest(port, certificates.bottle.cert, ip).raw(text, (got) => got.length > 0)
    for (const host of [`${ip}:8888`, 'localhost:8888', '127.0.0.1:8888', `${id.slice(0, 12)}:8888`])
      assert.ok((await guest.https(host, get('/', host))).status >= 400, host)
    assert.is((await tellBundle(id, '{"version":1,"command":"status"}'))['hash'], hash)
    assert.is.not(hash, hashOf(all))
  },
)

title(
  {
    party: 'agent',
    aim: "takes the bundle's own pages for an exception",
    way: '/health and other paths of the proxy, asked for at hosts that are not allowed',
    seen: 'denied like any other path',
    enforcedBy: 'bundle',
  },
  async () => {
    const { guest, load } = await up()
    for (const loaded of [false, true]) {
      if (loaded) await load(ALLOWED)
      for (const path of ['/health', '/metrics', '/stats']) {
        const answer = await guest.raw(get(`http://evil.test${path}`, 'evil.test'))
        assert.is(answer.status, loaded ? 403 : 503)
        assert.not.match(answer.body, 'forward_proxy_enabled')
      }
    }
  },
)

title(
  {
    party: 'bundle',
    aim: 'is taken for loaded after a restart',
    way: 'the container is stopped and started again',
    seen: 'it knows no policy, no secret and no CA, and denies everything',
    enforcedBy: 'bundle',
  },
  async () => {
    const { id, load, guest, ip } = await up()
    assert.is((await load(ALLOWED))['ok'], true)
    await run('docker', ['restart', id])
    while (!(await opens(ip)));
    assert.is((await tellBundle(id, '{"version":1,"command":"status"}'))['hash'], null)
    assert.is((await guest.tunnel('a.test:443')).answer.status, 503)
  },
)

title(
  {
    party: 'author',
    aim: 'has the bundle send everything to another proxy, past the judgement of addresses',
    way: 'HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NODE_USE_ENV_PROXY in spec.bundle.env',
    seen: 'nothing goes there',
    enforcedBy: 'bundle',
  },
  async () => {
    const other = await up()
    const flags = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy'].flatMap((name) => [
      '-e',
      `${name}=http://${other.ip}:8888`,
    ])
    const { guest, load } = await up(...flags, '-e', 'NODE_USE_ENV_PROXY=1')
    await load(ALLOWED)
    await guest.raw(get('http://plain.test/', 'plain.test'))
    await guest.https('a.test:443', get('/', 'a.test'))
    assert.not.match(await other.logs(), 'test')
  },
)

title(
  {
    party: 'bundle',
    aim: 'has its control socket taken over',
    way: 'a second process of the same user serves, in the same container',
    seen: 'it ends; the first one keeps socket and policy',
    enforcedBy: 'bundle',
  },
  async () => {
    const { id, load } = await up()
    const { hash } = await load(ALLOWED)
    const second = await run('docker', ['exec', id, 'bottled-bundle', 'serve']).catch(
      (error: { code: number }) => error,
    )
    assert.is('code' in second && second.code, 70)
    assert.is((await tellBundle(id, '{"version":1,"command":"status"}'))['hash'], hash)
  },
)

attack.run()
