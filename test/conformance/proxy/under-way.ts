import { connect as connectTls } from 'node:tls'
import type { Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { Refusal } from '../../../bundle/engine/port.ts'
import type { Guard, Outcome } from '../../../bundle/engine/port.ts'
import { met } from './met.ts'
import type { Context } from './context.ts'
import { exchange } from './guest.ts'
import type { Upstream } from './servers.ts'
import { plainUpstream, tlsUpstream } from './servers.ts'
import { get } from './stage.ts'
import type { Stage } from './stage.ts'

/** Servers and engines end by themselves what is idle for 5 s. */
const BEFORE_IDLE_MS = 4_000

/** What is told of requests and tunnels, and what a change of mind cuts. */
export const underWayTests = ({ title, script, at, deny }: Context): void => {
  const streaming = (on: Stage): Promise<Upstream> =>
    tlsUpstream(on.certificates.server, (_, response) => void response.writeHead(200).write('data: one\n\n'))
  /** A stream that has begun. */
  const begun = async ({ guest }: Stage, host: string): Promise<Socket> => {
    const { socket } = await guest.tunnel(host)
    if (socket === undefined) throw new Error('no tunnel')
    await exchange(socket, get('/stream?key=1', host), (got) => got.includes('data: one'))
    return socket
  }

  title('what has ended is told, with its bytes; what is refused, at once', async (on) => {
    const { guest, told, plain } = on
    script({
      decide: ({ path }) => (path === '/no' ? { ...deny('no'), note: 2 } : { kind: 'allow', set: [], note: 1 }),
    })
    await guest.https(at(), [get('/one', at()), get('/no', at())])
    const host = `a.test:${plain.port}`
    await guest.raw(get(`http://${host}/two`, host))
    // Of earlier tests something may still end.
    const noted = (): readonly Outcome[] => told.filter(({ note }) => note !== undefined)
    await met('three are told', () => noted().length === 3)
    assert.equal(
      noted().map(({ method, host: name, path, reason, note, cut }) => [method, name, path, reason, note, cut]),
      [
        ['GET', 'a.test', '/one', undefined, 1, false],
        ['GET', 'a.test', '/no', 'NotAllowed', 2, false],
        ['GET', 'a.test', '/two', undefined, 1, false],
      ],
    )
    assert.ok(noted().every(({ up, down, ms }) => up >= 0 && down >= 0 && ms >= 0))
    for (const { up, down } of [noted()[0], noted()[2]].map((each) => each ?? { up: 0, down: 0 }))
      assert.ok(up > 30 && down > 50, JSON.stringify(told))
  })

  title('a server that may not be connected to is told as the reason', async ({ guest, told }) => {
    script({ resolve: () => Promise.reject(new Refusal('AddressForbidden', 'inward')) })
    await guest.https(at(), get('/', at()))
    await met('one is told', () => told.length === 1)
    assert.is(told[0]?.reason, 'AddressForbidden')
  })

  title('after a change of mind a stream that is still allowed goes on, another is cut', async (on) => {
    const { told, recheck, guest } = on
    const [kept, lost] = await Promise.all([streaming(on), streaming(on)])
    try {
      const [going, cut] = await Promise.all([begun(on, `a.test:${kept.port}`), begun(on, `a.test:${lost.port}`)])
      script({ decide: ({ port }) => (port === lost.port ? deny('no longer') : { kind: 'allow', set: [] }) })
      await recheck()
      await met('it is cut', () => cut.destroyed)
      await met('the cut is told', () => told.some(({ port, cut: isCut }) => port === lost.port && isCut))
      assert.is(going.destroyed, false)
      going.destroy()
      const late = await guest.https(`a.test:${lost.port}`, get('/', `a.test:${lost.port}`))
      assert.is(late.status, 403)
    } finally {
      await Promise.all([kept.close(), lost.close()])
    }
  })

  title('a guard that fails at a change of mind has everything cut', async (on) => {
    const source = await streaming(on)
    try {
      const socket = await begun(on, `a.test:${source.port}`)
      script({
        decide: () => {
          throw new Error('inner text')
        },
      })
      await on.recheck()
      await met('it is cut', () => socket.destroyed, BEFORE_IDLE_MS)
    } finally {
      await source.close()
    }
  })

  title('a plain stream that is no longer allowed is cut, too', async ({ guest, recheck }) => {
    const source = await plainUpstream((_, response) => void response.writeHead(200).write('data: one\n\n'))
    try {
      const host = `a.test:${source.port}`
      let got = ''
      let ended = false
      const answer = guest.raw(get(`http://${host}/`, host), (text) => {
        got = text
        return false
      })
      void answer.then(() => (ended = true))
      await met('the stream begins', () => got.includes('data: one'))
      script({ decide: () => deny('no longer') })
      await recheck()
      await met('it is cut', () => ended, BEFORE_IDLE_MS)
    } finally {
      await source.close()
    }
  })

  title('what is passed through is cut where it no longer is, and told with its bytes', async (on) => {
    const { guest, told, recheck, certificates, tls } = on
    script({ open: () => ({ kind: 'passthrough', host: 'a.test', note: 3 }) })
    const { socket } = await guest.tunnel(at(), { tls: false })
    if (socket === undefined) throw new Error('no tunnel')
    const secured = connectTls({ socket, ca: certificates.internet.cert, servername: 'a.test' })
    secured.on('error', () => undefined)
    await exchange(secured, get('/', at()))
    await recheck()
    assert.is((await exchange(secured, get('/again', at()))).status, 200)
    script({ open: () => ({ kind: 'terminate' }) })
    await recheck()
    await met('it is cut', () => socket.destroyed, BEFORE_IDLE_MS)
    await met('it is told', () => told.some(({ note }) => note === 3))
    const { method, port, note, cut, down } = told.find((each) => each.note === 3) ?? {}
    assert.equal([method, port, note, cut], ['CONNECT', tls.port, 3, true])
    assert.ok(Number(down) > 500)
  })

  title('a way that may no longer lead inside is cut, with its idle connection', async (on) => {
    const inside: Guard['open'] = () => ({ kind: 'terminate', private: true })
    script({ open: inside, decide: () => ({ kind: 'allow', set: [], private: true }) })
    const { socket } = await on.guest.tunnel(at())
    if (socket === undefined) throw new Error('no tunnel')
    await exchange(socket, get('/', at()))
    await on.recheck()
    assert.is((await exchange(socket, get('/', at()))).status, 200)
    script({ open: () => ({ kind: 'terminate' }), decide: () => ({ kind: 'allow', set: [] }) })
    await on.recheck()
    await met('it is cut', () => socket.destroyed, BEFORE_IDLE_MS)
  })

  title('a change of mind while the guard decides counts', async ({ guest, recheck, tls }) => {
    let asked = 0
    script({
      decide: async () => {
        asked += 1
        if (asked > 1) return deny('changed')
        await new Promise((resolve) => void setTimeout(resolve, 300))
        return { kind: 'allow', set: [] }
      },
    })
    const before = tls.requests.length
    const answer = guest.https(at(), get('/', at()))
    await met('the guard is asked', () => asked === 1)
    await recheck()
    assert.is((await answer).status, 403)
    assert.is(tls.requests.length, before)
  })

  title('what is asked of the proxy itself is not proxied, and no proxied request is taken for it', async (on) => {
    const { guest, plain, asked } = on
    assert.match((await guest.raw(get('/health', 'x'))).body, 'local /health')
    // With a Host that would be allowed, too.
    assert.match((await guest.raw(get('/health', `a.test:${plain.port}`))).body, 'local /health')
    assert.equal(asked.decided, [])
    const host = `a.test:${plain.port}`
    assert.not.match((await guest.raw(get(`http://${host}/health`, host))).body, 'local')
    assert.not.match((await guest.https(at(), get('/health', at()))).body, 'local')
    assert.is(asked.decided.length, 2)
  })
}
