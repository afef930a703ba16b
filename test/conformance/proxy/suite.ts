import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import * as assert from 'uvu/assert'
import { DENIED_HEADER, Refusal } from '../../../bundle/engine/port.ts'
import type { Guard, Verdict } from '../../../bundle/engine/port.ts'
import { needing } from '../../helpers/program.ts'
import type { Suite } from '../../helpers/suite.ts'
import { exchange } from './guest.ts'
import { tlsUpstream } from './servers.ts'
import { createStage, get } from './stage.ts'
import type { CreateEngine, Stage } from './stage.ts'

/**
 * What every proxy engine must do, whatever it is made of: the traps that engines fell into when they were tried.
 *
 * Assumptions: `create` gives an engine that fails closed. Servers and clients are on loopback.
 */
export const proxySuite = (test: Suite, create: CreateEngine): void => {
  let stage: Stage
  test.before(async () => {
    stage = await createStage(create)
  })
  test.after(() => stage.close())

  const title = (
    text: string,
    body: (on: Stage) => Promise<void>,
    add: Suite | ReturnType<typeof needing> = test,
  ): void =>
    add(
      text,
      async () => {
        stage.reset()
        await body(stage)
      },
      { deadlineMs: 60_000 },
    )
  const script = (change: Partial<Guard>): void => void (stage.script = { ...stage.script, ...change })
  const at = (name = 'a.test'): string => `${name}:${stage.tls.port}`
  const deny = (text: string): Verdict => ({ kind: 'deny', status: 403, reason: 'NotAllowed', text })

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

  const failing: Readonly<Record<string, Guard['decide']>> = {
    throws: () => {
      throw new Error('inner text')
    },
    rejects: () => Promise.reject(new Error('inner text')),
    hangs: () => new Promise(() => undefined),
    'answers nothing': () => undefined as unknown as Verdict,
    'answers nonsense': () => ({ kind: 'maybe', text: 'inner text' }) as unknown as Verdict,
    'allows without headers': () => ({ kind: 'allow' }) as unknown as Verdict,
    'sets what is no pair': () => ({ kind: 'allow', set: [['x']] }) as unknown as Verdict,
    'sets a header with a line end': () => ({ kind: 'allow', set: [['x', 'a\r\ninner text: 1']] }),
    'sets what is no header': () => ({ kind: 'allow', set: [['x y', 'inner text']] }),
    'denies by 200': () => ({ kind: 'deny', status: 200, reason: 'x', text: 'inner text' }),
  }
  for (const [how, decide] of Object.entries(failing))
    title(`a guard that ${how} refuses, and none of its text is seen`, async ({ guest, tls, plain }) => {
      script({ decide })
      const before = [tls.connections(), plain.connections()]
      const host = `a.test:${plain.port}`
      for (const answer of [await guest.https(at(), get('/', at())), await guest.raw(get(`http://${host}/`, host))]) {
        assert.ok(answer.status === 503 || answer.status === 403, answer.head)
        assert.not.match(answer.head + answer.body, 'inner text')
      }
      assert.equal([tls.connections(), plain.connections()], before)
    })

  title('a guard that fails at CONNECT refuses there', async ({ guest, failures }) => {
    for (const open of [
      () => {
        throw new Error('inner text')
      },
      () => ({ kind: 'maybe' }) as never,
    ]) {
      script({ open })
      const answer = await guest.https(at(), get('/', at()))
      assert.is(answer.status, 403)
      assert.not.match(answer.head + answer.body, 'inner text')
    }
    assert.equal(failures, ['open', 'open'])
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

  title(
    'a name that may not be connected to is refused with its text, at each connection anew',
    async ({ guest, tls, plain, asked }) => {
      script({ resolve: () => Promise.reject(new Refusal('AddressForbidden', 'It resolves inward.')) })
      const before = [tls.connections(), plain.connections()]
      const host = `a.test:${plain.port}`
      for (const answer of [await guest.https(at(), get('/', at())), await guest.raw(get(`http://${host}/`, host))]) {
        assert.is(answer.status, 403, answer.head)
        assert.match(answer.body, 'It resolves inward.')
      }
      assert.equal([tls.connections(), plain.connections()], before)
      assert.is(asked.resolved.length, 2)
    },
  )

  title('the answer of one look-up is what is connected to', async ({ guest, asked }) => {
    let times = 0
    script({ resolve: () => Promise.resolve(times++ === 0 ? ['127.0.0.1'] : ['192.0.2.1']) })
    assert.is((await guest.https(at('rebound.test'), get('/', at('rebound.test')))).status, 200)
    assert.is(asked.resolved.length, 1)
  })

  title('a guard that resolves to nothing, to nonsense, or never, refuses', async ({ guest }) => {
    for (const resolve of [
      () => Promise.resolve([]),
      () => Promise.resolve('127.0.0.1' as never),
      () => Promise.reject(new Error('inner text')),
      () => new Promise<never>(() => undefined),
    ]) {
      script({ resolve })
      const answer = await guest.https(at(), get('/', at()))
      assert.ok(answer.status === 403 || answer.status === 502, answer.head)
      assert.not.match(answer.body, 'inner text')
    }
  })

  title(
    "a server without a certificate that is trusted gets no request, and nobody's header",
    async ({ guest, certificates }) => {
      const impostor = await tlsUpstream(certificates.impostor)
      try {
        script({ decide: () => ({ kind: 'allow', set: [['x-api-key', 'real']] }) })
        const host = `a.test:${impostor.port}`
        const answer = await guest.https(host, get('/', host))
        assert.is(answer.status, 502, answer.head)
        assert.equal(impostor.requests, [])
      } finally {
        await impostor.close()
      }
    },
  )

  for (const [what, bytes] of Object.entries({
    SSH: 'SSH-2.0-OpenSSH_9.2\r\n',
    'plain HTTP': 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n',
    zeros: '\0'.repeat(100),
  }))
    for (const kind of ['terminate', 'passthrough'] as const)
      title(`${what} in a tunnel that is to ${kind} reaches nobody`, async ({ guest, raw, tls }) => {
        script({ open: () => (kind === 'terminate' ? { kind } : { kind, host: 'a.test' }) })
        for (const { port, connections } of [raw, tls]) {
          const before = connections()
          const { socket, answer } = await guest.tunnel(`a.test:${port}`, { tls: false })
          const got = socket === undefined ? answer : await exchange(socket, bytes)
          assert.not.match(got.head, 'SSH-2.0-test')
          assert.is(connections(), before)
          socket?.destroy()
        }
      })

  title(
    'a tunnel that is passed through ends at the server itself, and is not decided',
    async ({ guest, tls, asked, certificates }) => {
      script({ open: ({ host }) => ({ kind: 'passthrough', host: host.toLowerCase() }) })
      const { socket } = await guest.tunnel(at('A.test'), { servername: 'a.test', tls: false })
      assert.ok(socket !== undefined)
      if (socket === undefined) return
      const { connect } = await import('node:tls')
      const secured = connect({ socket, ca: certificates.internet.cert, servername: 'a.test' })
      const answer = await exchange(secured, get('/pinned', at()))
      secured.destroy()
      assert.is(answer.status, 200)
      assert.is(tls.requests.at(-1)?.url, '/pinned')
      assert.equal(asked.decided, [])
      assert.equal(asked.resolved, [{ host: 'a.test', port: tls.port }])
    },
  )

  for (const servername of ['b.test', ''])
    title(
      `a tunnel that is passed through with the server name ${servername || '(none)'} reaches nobody`,
      async ({ guest, tls }) => {
        script({ open: () => ({ kind: 'passthrough', host: 'a.test' }) })
        const before = tls.connections()
        const { socket } = await guest.tunnel(at(), { servername })
        assert.is(socket, undefined)
        assert.is(tls.connections(), before)
      },
    )

  title(
    'a tunnel that is passed through to a name that may not be connected to reaches nobody',
    async ({ guest, tls }) => {
      script({
        open: () => ({ kind: 'passthrough', host: 'a.test' }),
        resolve: () => Promise.reject(new Refusal('AddressForbidden', 'no')),
      })
      const before = tls.connections()
      assert.is((await guest.tunnel(at())).socket, undefined)
      assert.is(tls.connections(), before)
    },
  )

  const smuggled: Readonly<Record<string, (host: string) => string>> = {
    TRACE: (host) => `TRACE / HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    'two lengths': (host) => `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    'a length and chunks': (host) =>
      `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'a folded line': (host) => `GET / HTTP/1.1\r\nHost: ${host}\r\nX: a\r\n b\r\n\r\n`,
    'a bare CR': (host) => `GET / HTTP/1.1\r\nHost: ${host}\r\nX: a\rb\r\n\r\n`,
    'a NUL': (host) => `GET / HTTP/1.1\r\nHost: ${host}\r\nX: a\0b\r\n\r\n`,
    'a blank before a colon': (host) =>
      `POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
    'a head of a megabyte': (host) => `GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${'a'.repeat(1_000_000)}\r\n\r\n`,
  }
  for (const [what, text] of Object.entries(smuggled))
    title(`${what} is not passed on`, async ({ guest, tls, plain, asked }) => {
      script({ decide: () => ({ kind: 'allow', set: [] }) })
      const before = [tls.requests.length, plain.requests.length]
      const host = `a.test:${plain.port}`
      const inside = await guest.https(at(), text(at()))
      const outside = await guest.raw(text(host).replace(' / ', ` http://${host}/ `))
      for (const answer of [inside, outside])
        assert.ok(answer.status === 0 || answer.status >= 400, `${what}: ${answer.head}`)
      assert.equal([tls.requests.length, plain.requests.length], before)
      assert.equal(asked.decided, [])
    })

  title(
    'headers of the hop, in any spelling, and those that Connection names are not passed on',
    async ({ guest, tls }) => {
      const lines = [
        'Connection: x-secret, keep-alive',
        'X-Secret: 1',
        'Proxy-Authorization: Basic eDp5',
        'Proxy_Authorization: Basic eDp5',
        'Proxy-Connection: close',
      ]
      assert.is((await guest.https(at(), get('/', at(), ...lines))).status, 200)
      const names = (tls.requests.at(-1)?.raw ?? [])
        .filter((_, index) => index % 2 === 0)
        .map((name) => name.toLowerCase())
      assert.equal(
        names.filter((name) => /^(x-secret|proxy.*)$/.test(name)),
        [],
      )
    },
  )

  title('a head that never ends is cut', async ({ guest }) => {
    const { socket } = await guest.tunnel(at())
    assert.ok(socket !== undefined)
    if (socket === undefined) return
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()))
    // What comes after the limit of a head is dropped until the connection is closed.
    const MOST = 2 ** 28
    let sent = 0
    socket.write(`GET / HTTP/1.1\r\nHost: ${at()}\r\n`)
    const more = (): void => {
      while (!socket.destroyed && sent < MOST && socket.write(`X-${sent}: ${'a'.repeat(1_000)}\r\n`)) sent += 1_000
      if (!socket.destroyed) socket.once('drain', more)
    }
    more()
    await closed
    assert.ok(sent < MOST, `${sent} bytes were taken`)
  })

  title('a denied upload is answered before it has ended', async ({ guest }) => {
    script({ decide: () => deny('no uploads') })
    const answer = await guest.https(
      at(),
      `POST / HTTP/1.1\r\nHost: ${at()}\r\nContent-Length: 1000000000\r\n\r\n${'a'.repeat(1_000)}`,
    )
    assert.is(answer.status, 403, answer.head)
    assert.match(answer.body, 'no uploads')
  })

  title('the first event of a stream is not held back', async ({ guest, certificates }) => {
    const events = await tlsUpstream(certificates.server, (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: one\n\n')
    })
    try {
      const host = `a.test:${events.port}`
      const { socket } = await guest.tunnel(host)
      assert.ok(socket !== undefined)
      if (socket === undefined) return
      const answer = await exchange(socket, get('/', host), (got) => got.includes('data: one'))
      socket.destroy()
      assert.match(answer.body, 'data: one')
    } finally {
      await events.close()
    }
  })

  title('a guest that stops reading stops the server, too', async ({ guest, certificates }) => {
    const chunk = Buffer.alloc(64 * 1024)
    const endless = await tlsUpstream(certificates.server, (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', more)
      }
      response.writeHead(200)
      more()
    })
    try {
      const host = `a.test:${endless.port}`
      const { socket } = await guest.tunnel(host)
      assert.ok(socket !== undefined)
      if (socket === undefined) return
      socket.write(get('/', host))
      await new Promise((resolve) => void socket.once('data', resolve))
      socket.pause()
      let before = -1
      for (let still = 0; still < 5;) {
        await new Promise((resolve) => void setTimeout(resolve, 100))
        still = endless.written() === before ? still + 1 : 0
        before = endless.written()
        assert.ok(before < 64 * 2 ** 20, 'the proxy takes in what nobody reads')
      }
      socket.destroy()
    } finally {
      await endless.close()
    }
  })

  const curl = needing(test, 'curl')
  title(
    'curl shows why it was denied',
    async ({ port, certificates }) => {
      script({ decide: () => deny('Denied: ask a person.') })
      const ca = join(tmpdir(), `bottle-t-ca-${process.pid}.pem`)
      writeFileSync(ca, certificates.bottle.cert)
      try {
        const shown = await new Promise<string>((resolve) => {
          execFile(
            'curl',
            ['-sS', '--max-time', '20', '-x', `http://127.0.0.1:${port}`, '--cacert', ca, `https://${at()}/x`],
            (_, out, err) => resolve(out + err),
          )
        })
        assert.match(shown, 'Denied: ask a person.')
      } finally {
        rmSync(ca)
      }
    },
    curl,
  )
}
