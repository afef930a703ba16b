import * as assert from 'uvu/assert'
import { DENIED_HEADER } from '../../../bundle/engine/port.ts'
import type { Context } from './context.ts'
import { get } from './stage.ts'

/** What is allowed goes on as it was asked for; what is denied is told; what is misdirected is refused. */
export const requestTests = ({ title, script, at, deny }: Context): void => {
  title(
    'an allowed request reaches its server, and the guard was asked for what went on',
    async ({ guest, tls, asked }) => {
      const before = tls.requests.length
      const answer = await guest.https(at('A.test'), get('/x/%2e%2e/y?q=1', at(), 'X-Mine: 1'))
      assert.is(answer.status, 200, answer.head)
      assert.equal(asked.opened, [{ host: 'A.test', port: tls.port }])
      assert.equal(asked.decided, [
        { host: 'a.test', port: tls.port, scheme: 'https', method: 'GET', path: '/x/%2e%2e/y?q=1', json: false },
      ])
      assert.equal(asked.resolved, [{ host: 'a.test', port: tls.port }])
      const [seen] = tls.requests.slice(before)
      assert.is(seen?.url, '/x/%2e%2e/y?q=1')
      assert.is(seen?.host, at())
      assert.ok(seen?.raw.includes('X-Mine') || seen?.raw.includes('x-mine'))
    },
  )

  title('a header that is set replaces each spelling of it that the guest sent', async ({ guest, tls }) => {
    script({ decide: () => ({ kind: 'allow', set: [['x-api-key', 'real']] }) })
    const spelt = ['x-api-key: a', 'X-Api-Key: b', 'X_API_KEY: c', 'x.api.key: d']
    assert.is((await guest.https(at(), get('/', at(), ...spelt))).status, 200)
    const raw = tls.requests.at(-1)?.raw ?? []
    const values = raw.filter((_, index) => index % 2 === 1 && /^x.api.key$/i.test(raw[index - 1] ?? ''))
    assert.equal(values, ['real'])
  })

  title('nothing that is set goes out in clear', async ({ guest, plain }) => {
    script({ decide: () => ({ kind: 'allow', set: [['x-api-key', 'real']] }) })
    const before = plain.requests.length
    const host = `a.test:${plain.port}`
    const answer = await guest.raw(get(`http://${host}/`, host))
    assert.ok(answer.status >= 400, answer.head)
    assert.is(plain.requests.length, before)
    assert.not.match(answer.body, 'real')
  })

  title('a plain request is decided like any other', async ({ guest, plain, asked }) => {
    const host = `a.test:${plain.port}`
    const answer = await guest.raw(get(`http://${host}/x?q`, host))
    assert.is(answer.status, 200, answer.head)
    assert.equal(asked.decided, [
      { host: 'a.test', port: plain.port, scheme: 'http', method: 'GET', path: '/x?q', json: false },
    ])
    script({ decide: () => deny('no') })
    assert.is((await guest.raw(get(`http://${host}/x`, host))).status, 403)
  })

  title(
    'a CONNECT that is refused is answered with reason and text, and nothing is dialled',
    async ({ guest, tls }) => {
      script({ open: () => ({ kind: 'refuse', reason: 'AddressLiteral', text: 'Use the name.' }) })
      const before = tls.connections()
      const answer = await guest.https(at('[::1]'), get('/', at()))
      assert.is(answer.status, 403)
      assert.match(answer.head, new RegExp(`^${DENIED_HEADER}: AddressLiteral$`, 'im'))
      assert.is(answer.body, 'Use the name.\n')
      assert.is(tls.connections(), before)
    },
  )

  title(
    'a denied request is told inside the connection, with reason and text, and nothing is dialled',
    async ({ guest, tls }) => {
      script({ decide: () => deny('Denied: ask a person. ü') })
      const before = tls.connections()
      const answer = await guest.https(at(), get('/', at()))
      assert.is(answer.status, 403)
      assert.match(answer.head, new RegExp(`^${DENIED_HEADER}: NotAllowed$`, 'im'))
      assert.is(Buffer.from(answer.body, 'latin1').toString().trim().includes('Denied: ask a person. ü'), true)
      assert.is(tls.connections(), before)
    },
  )

  title('whether the client takes JSON is told', async ({ guest, asked }) => {
    await guest.https(
      at(),
      get('/', at(), 'Accept: application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8'),
    )
    assert.is(asked.decided[0]?.json, true)
  })

  title('each request of a connection is decided', async ({ guest, tls }) => {
    script({ decide: ({ path }) => (path === '/bad' ? deny('no') : { kind: 'allow', set: [] }) })
    const before = tls.requests.length
    const answer = await guest.https(at(), [get('/good', at()), get('/bad', at())])
    assert.is(answer.status, 403)
    assert.equal(
      tls.requests.slice(before).map(({ url }) => url),
      ['/good'],
    )
  })

  title('a server name other than the host of CONNECT is refused', async ({ guest, tls }) => {
    const before = tls.requests.length
    const answer = await guest.https(at(), get('/', at()), { servername: 'b.test' })
    assert.ok(answer.status === 421 || answer.status === 0, answer.head)
    assert.is(tls.requests.length, before)
  })

  const misdirected = (): Readonly<Record<string, string | readonly string[]>> => ({
    'another Host': get('/', 'b.test'),
    'another port': get('/', 'a.test:1'),
    'two Hosts': `GET / HTTP/1.1\r\nHost: ${at()}\r\nHost: b.test\r\n\r\n`,
    'no Host': 'GET / HTTP/1.1\r\nX: 1\r\n\r\n',
    'an absolute target': get('https://b.test/', at()),
    'another Host in the second request': [get('/', at()), get('/', 'b.test')],
  })
  for (const what of [
    'another Host',
    'another port',
    'two Hosts',
    'no Host',
    'an absolute target',
    'another Host in the second request',
  ])
    title(`${what} is refused`, async ({ guest, tls }) => {
      const texts = misdirected()[what] ?? ''
      const before = tls.requests.length
      const answer = await guest.https(at(), texts)
      assert.ok([400, 421, 0].includes(answer.status), answer.head)
      assert.is(tls.requests.length, before + (typeof texts === 'string' ? 0 : 1))
    })
}
