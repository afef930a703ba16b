import { connect } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import * as assert from 'uvu/assert'
import type { Outcome, ProxyEngine } from '../../../bundle/engine/port.ts'
import { createSrtEngine } from '../../../bundle/engine/srt.ts'
import { createService } from '../../../bundle/service/service.ts'
import type { Service } from '../../../bundle/service/service.ts'
import { hashOf } from '../../../egress/hash.ts'
import type { Policy } from '../../../egress/policy.ts'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import { makeCertificates } from '../../conformance/proxy/certificates.ts'
import { createGuest, exchange } from '../../conformance/proxy/guest.ts'
import type { Guest } from '../../conformance/proxy/guest.ts'
import { met } from '../../conformance/proxy/met.ts'
import { bundleModules } from '../../conformance/proxy/modules.ts'
import { tlsUpstream } from '../../conformance/proxy/servers.ts'
import type { Upstream } from '../../conformance/proxy/servers.ts'
import { get } from '../../conformance/proxy/stage.ts'
import { policyOf } from '../../egress/a-policy.ts'
import { patience } from '../../helpers/patience.ts'
import { suite } from '../../helpers/suite.ts'

/** The service with the real engine, between a guest and an Internet on loopback that is told to be elsewhere. */
const test = suite('service of a bundle')
const modules = bundleModules()
const VALUE = 'hunter2-the-real-one'

interface Scene {
  readonly service: Service
  readonly guest: Guest
  readonly told: Outcome[]
  now: number
  engines: number
  /** Of the next engine. */
  spoil: ((engine: ProxyEngine) => ProxyEngine) | undefined
  load(spec: EgressPolicy, change?: object): Promise<Readonly<Record<string, unknown>>>
}

const certificates = makeCertificates()
let upstream: Upstream
let at: string

const scene = async (body: (on: Scene) => Promise<void>): Promise<void> => {
  if ('missing' in modules) throw new Error(modules.missing)
  const told: Outcome[] = []
  const service = createService({
    createEngine: (setting) => {
      on.engines += 1
      const engine = createSrtEngine({
        ...setting,
        modules: modules.path,
        serverCas: [certificates.internet.cert],
        // Judged as the guard does it; then loopback stands in for what was judged.
        guard: {
          ...setting.guard,
          resolve: async (target) => {
            await setting.guard.resolve(target)
            return ['127.0.0.1']
          },
        },
      })
      return on.spoil === undefined ? engine : engine.then(on.spoil)
    },
    lookUp: () => Promise.resolve(['1.1.1.1']),
    networks: () => ['192.168.1.0/24'],
    now: () => on.now,
    ended: (outcome) => void told.push(outcome),
    failed: () => undefined,
  })
  await new Promise<void>((resolve) => void service.front.listen(0, '127.0.0.1', resolve))
  const { port } = service.front.address() as AddressInfo
  const on: Scene = {
    service,
    guest: createGuest(port, certificates.bottle.cert),
    told,
    now: Date.parse('2026-12-01T12:00:00Z'),
    engines: 0,
    spoil: undefined,
    load: async (spec, change = {}) => {
      const policy: Policy = policyOf(spec)
      const message = {
        version: 1,
        command: 'load',
        policy,
        hash: hashOf(policy),
        secrets: { TOKEN: VALUE },
        ca: certificates.bottle,
        ...change,
      }
      return JSON.parse(await service.control(JSON.stringify(message))) as Readonly<Record<string, unknown>>
    },
  }
  try {
    await body(on)
  } finally {
    await service.close()
    await new Promise((resolve) => void service.front.close(resolve))
  }
}

const title = (text: string, body: (on: Scene) => Promise<void>): void => {
  if ('missing' in modules) test.skip(text, modules.missing)
  else test(text, () => scene(body), { deadlineMs: 60_000 })
}
test.before(async () => {
  upstream = await tlsUpstream(certificates.server, ({ url = '' }, response) => {
    if (url.startsWith('/stream')) response.writeHead(200).write('data: one\n\n')
    else response.end('hello')
  })
  at = `a.test:${upstream.port}`
})
test.after(() => upstream.close())

const allowing = (more: object = {}): EgressPolicy => ({ allow: [{ host: 'a.test', ports: [upstream.port], ...more }] })
const keyed = (): EgressPolicy => allowing({ credential: { secret: 'TOKEN', header: 'x-api-key' } })

title('until a policy is loaded everything is denied, and it is healthy', async ({ guest, service, told }) => {
  assert.match((await guest.raw(get('/health', 'x'))).body, '"policy_loaded":false')
  const tunnel = await guest.tunnel(at)
  assert.is(tunnel.answer.status, 503)
  assert.match(tunnel.answer.head, 'x-bottled-denied: PolicyNotLoaded')
  const plain = await guest.raw(get('http://a.test/', 'a.test'))
  assert.is(plain.status, 503)
  assert.match(plain.body, 'No egress policy is loaded')
  assert.equal(
    told.map(({ host, method, reason }) => [host, method, reason]),
    [
      [at, 'CONNECT', 'PolicyNotLoaded'],
      ['a.test', 'GET', 'PolicyNotLoaded'],
    ],
  )
  assert.is(
    await service.control('{"version":1,"command":"status"}'),
    '{"version":1,"ok":true,"hash":null,"converses":true}\n',
  )
})

title('a loaded policy counts at once, and its credential is put in', async ({ guest, load, service, told }) => {
  const { ok, hash } = await load(keyed())
  assert.is(ok, true)
  assert.is(hash, hashOf(policyOf(keyed())))
  assert.match(await service.control('{"version":1,"command":"status"}'), String(hash))
  assert.match((await guest.raw(get('/health', 'x'))).body, '"policy_loaded":true')
  assert.is((await guest.https(at, get('/', at, 'X-Api-Key: placeholder'))).body.includes('hello'), true)
  const { raw = [] } = upstream.requests.at(-1) ?? {}
  assert.ok(raw.includes(VALUE))
  assert.not.ok(raw.includes('placeholder'))
  await met('it is told', () => told.length === 1)
  assert.not.match(JSON.stringify(told), VALUE)
})

title('/health tells what the policy denied lately, by host and reason', async (on) => {
  const { guest, load } = on
  const denials = async (): Promise<unknown> => {
    const { body } = await guest.raw(get('/health', 'x'))
    // Its body comes in chunks.
    return (JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) as { denials: unknown }).denials
  }
  await guest.raw(get('http://early.test/', 'early.test'))
  assert.equal(await denials(), [])
  await load(allowing())
  assert.equal(await denials(), [])
  for (const host of ['evil.test', 'a.test:1', 'evil.test'])
    await guest.https(`${host}:443`.replace(':1:443', ':1'), get('/', host))
  assert.equal(await denials(), [
    { host: 'a.test', reason: 'NotAllowed', count: 1 },
    { host: 'evil.test', reason: 'NotAllowed', count: 2 },
  ])
  on.now += 10 * 60_000 + 1
  assert.equal(await denials(), [])
})

title('an edit is in force at once: what is still allowed goes on, the rest is cut', async (on) => {
  const { guest, load } = on
  const both: EgressPolicy = {
    allow: [
      { host: 'a.test', ports: [upstream.port] },
      { host: 'b.test', ports: [upstream.port] },
    ],
  }
  await load(both)
  const begin = async (host: string): Promise<Socket> => {
    const { socket } = await guest.tunnel(host)
    if (socket === undefined) throw new Error('no tunnel')
    await exchange(socket, get('/stream', host), (got) => got.includes('data: one'))
    return socket
  }
  const [going, cut] = [await begin(at), await begin(`b.test:${upstream.port}`)]
  const began = performance.now()
  await load(allowing())
  await met('the other one is cut', () => cut.destroyed)
  assert.ok(performance.now() - began < 1_000 * patience(), 'it took a second')
  assert.is(going.destroyed, false)
  assert.is(on.engines, 1)
  assert.is((await guest.https(`b.test:${upstream.port}`, get('/', `b.test:${upstream.port}`))).status, 403)
  going.destroy()
})

title('an entry that has ended cuts what it let through', async (on) => {
  await on.load(allowing({ until: '2026-12-01T12:00:10Z' }))
  const { socket } = await on.guest.tunnel(at)
  if (socket === undefined) throw new Error('no tunnel')
  await exchange(socket, get('/stream', at), (got) => got.includes('data: one'))
  await on.service.recheck()
  assert.is(socket.destroyed, false)
  on.now += 10_000
  await on.service.recheck()
  await met('it is cut', () => socket.destroyed)
})

title('a value that is replaced is used from the next request on', async ({ guest, load }) => {
  await load(keyed())
  await load(keyed(), { secrets: { TOKEN: 'second' } })
  await guest.https(at, get('/', at))
  assert.ok(upstream.requests.at(-1)?.raw.includes('second'))
  await load(keyed(), { secrets: {} })
  const answer = await guest.https(at, get('/', at))
  assert.is(answer.status, 503)
  assert.match(answer.head, 'CredentialUnavailable')
})

title('a load that is refused says why, and changes nothing', async ({ guest, load }) => {
  const { hash } = await load(allowing())
  const other = makeCertificates()
  for (const [change, reason] of [
    [{ hash: 'sha256:0' }, 'HashMismatch'],
    [{ policy: { version: 1 } }, 'BadPolicy'],
    [{ version: 9 }, 'UnknownVersion'],
    [{ ca: { cert: 'x', key: 'y' } }, 'BadCa'],
    [{ ca: other.server }, 'BadCa'],
    [{ ca: { cert: certificates.bottle.cert, key: other.bottle.key } }, 'BadCa'],
  ] as const) {
    const answer = await load({}, change)
    assert.equal([answer['ok'], answer['reason']], [false, reason])
    assert.not.match(JSON.stringify(answer), VALUE)
  }
  assert.is((await load(allowing()))['hash'], hash)
  assert.is((await guest.https(at, get('/', at))).status, 200)
})

title('a load that fails after it was taken up leaves nothing loaded', async (on) => {
  on.spoil = (engine) => ({ ...engine, recheck: () => Promise.reject(new Error('no')) })
  assert.is((await on.load(allowing()))['ok'], false)
  assert.match(await on.service.control('{"version":1,"command":"status"}'), '"hash":null')
  assert.is((await on.guest.https(at, get('/', at))).status, 503)
})

title('of two loads at once the later one counts, although the first needs longer', async ({ load, service }) => {
  await load(keyed())
  const [, { hash }] = await Promise.all([load(allowing(), { ca: makeCertificates().bottle }), load({})])
  assert.is(hash, hashOf(policyOf({})))
  assert.match(await service.control('{"version":1,"command":"status"}'), String(hash))
})

title('another CA ends what was open under the earlier one', async (on) => {
  await on.load(allowing())
  const { socket } = await on.guest.tunnel(at)
  if (socket === undefined) throw new Error('no tunnel')
  await on.load(allowing(), { ca: makeCertificates().bottle })
  await met('it is cut', () => socket.destroyed)
  assert.is(on.engines, 2)
})

title('two hundred clients who say nothing hold nobody up', async ({ service, guest, load }) => {
  await load(allowing())
  const { port } = service.front.address() as AddressInfo
  const idle = Array.from({ length: 200 }, () => connect(port, '127.0.0.1').on('error', () => undefined))
  assert.is((await guest.https(at, get('/', at))).status, 200)
  for (const socket of idle) socket.destroy()
})

test.run()
