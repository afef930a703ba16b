import type { Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { DENIED_HEADER, Refusal } from '../../../bundle/engine/port.ts'
import type { Guard } from '../../../bundle/engine/port.ts'
import type { Context } from './context.ts'
import { exchange } from './guest.ts'
import { met } from './met.ts'
import { echoUpstream, tlsUpstream } from './servers.ts'
import type { Upstream } from './servers.ts'
import { get } from './stage.ts'
import type { Stage } from './stage.ts'

/** RFC 6455 §1.3 has both. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
const LINES = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${KEY}`]

/** WebSockets where the guard foresees them, and what else comes over such a connection. */
export const webSocketTests = ({ title, script, deny }: Context): void => {
  const upgradable: Guard['open'] = ({ host }) => ({ kind: 'upgradable', host: host.toLowerCase() })
  const withEcho = async (body: (echo: Upstream, host: string) => Promise<void>, on: Stage): Promise<void> => {
    script({ open: upgradable })
    const echo = await echoUpstream(on.certificates.server)
    try {
      await body(echo, `a.test:${echo.port}`)
    } finally {
      await echo.close()
    }
  }
  const handshake = (host: string, ...more: readonly string[]): string => get('/chat?room=1', host, ...LINES, ...more)
  /** One that the server has agreed to. */
  const opened = async ({ guest }: Stage, host: string, ...more: readonly string[]): Promise<Socket> => {
    const { socket } = await guest.tunnel(host)
    if (socket === undefined) throw new Error('no tunnel')
    const { status, head } = await exchange(socket, handshake(host, ...more), (got) => got.includes('\r\n\r\n'))
    assert.is(status, 101, head)
    assert.match(head.toLowerCase(), `sec-websocket-accept: ${ACCEPT.toLowerCase()}`)
    assert.match(head, /^upgrade: websocket$/im)
    return socket
  }
  const echoes = async (socket: Socket, text: string): Promise<void> => {
    const { head } = await exchange(socket, text, (got) => got.includes(text))
    assert.is(head, text)
  }

  title('a WebSocket is decided as one, opened with the header that is set, and passes bytes both ways', (on) =>
    withEcho(async (echo, host) => {
      script({ decide: () => ({ kind: 'allow', set: [['x-api-key', 'real']], note: 7 }) })
      const socket = await opened(on, host, 'X_API_Key: mine', 'Sec-WebSocket-Protocol: chat', 'Proxy-Authorization: x')
      await echoes(socket, 'frame one')
      await echoes(socket, 'frame two')
      assert.equal(on.asked.decided, [
        {
          host: 'a.test',
          port: echo.port,
          scheme: 'https',
          method: 'GET',
          path: '/chat?room=1',
          json: false,
          websocket: true,
        },
      ])
      const raw = echo.requests.at(-1)?.raw ?? []
      const valuesOf = (name: RegExp): readonly string[] =>
        raw.filter((_, index) => index % 2 === 1 && name.test(raw[index - 1] ?? ''))
      assert.equal(valuesOf(/^x.api.key$/i), ['real'])
      assert.equal(valuesOf(/^sec-websocket-protocol$/i), ['chat'])
      assert.equal(valuesOf(/^proxy-/i), [])
      assert.is(echo.requests.at(-1)?.host, host)
      socket.destroy()
      await met('it is told', () => on.told.some(({ note }) => note === 7))
      const told = on.told.find(({ note }) => note === 7)
      assert.equal([told?.method, told?.path, told?.cut], ['GET', '/chat?room=1', false])
      assert.ok(Number(told?.up) > 18 && Number(told?.down) > 18, JSON.stringify(told))
    }, on),
  )

  title('a WebSocket that is denied is told so, and nothing is dialled', (on) =>
    withEcho(async (echo, host) => {
      script({ decide: () => deny('Ask a person. ü') })
      const { status, head, body } = await on.guest.https(host, handshake(host))
      assert.is(status, 403)
      assert.match(head, new RegExp(`^${DENIED_HEADER}: NotAllowed$`, 'im'))
      assert.is(Buffer.from(body, 'latin1').toString(), 'Ask a person. ü\n')
      assert.is(echo.connections(), 0)
    }, on),
  )

  title('a WebSocket to where nothing may be connected to is told so', (on) =>
    withEcho(async (echo, host) => {
      script({ resolve: () => Promise.reject(new Refusal('AddressForbidden', 'it is inward')) })
      const { status, head, body } = await on.guest.https(host, handshake(host))
      assert.equal([status, body], [403, 'it is inward\n'])
      assert.match(head, new RegExp(`^${DENIED_HEADER}: AddressForbidden$`, 'im'))
      assert.is(echo.connections(), 0)
      await met('it is told', () => on.told.some(({ reason }) => reason === 'AddressForbidden'))
    }, on),
  )

  title('a guard that fails opens no WebSocket', (on) =>
    withEcho(async (echo, host) => {
      script({
        decide: () => {
          throw new Error('inner text')
        },
      })
      const { status, body } = await on.guest.https(host, handshake(host))
      assert.is(status, 503)
      assert.not.match(body, 'inner text')
      assert.is(echo.connections(), 0)
    }, on),
  )

  title('a server whose certificate nobody vouches for gets no handshake', async (on) => {
    script({ open: upgradable })
    const echo = await echoUpstream(on.certificates.bottle)
    try {
      const host = `a.test:${echo.port}`
      const { status, body } = await on.guest.https(host, handshake(host))
      assert.is(status, 502, body)
      assert.equal(echo.requests, [])
    } finally {
      await echo.close()
    }
  })

  title('a server that does not agree has its answer passed on, and no byte beyond the handshake', async (on) => {
    script({ open: upgradable })
    const bodies: string[] = []
    const server = await tlsUpstream(on.certificates.server, (request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()))
      response.writeHead(401, { 'www-authenticate': 'Bearer', 'alt-svc': 'h3=":443"' }).end('who are you')
    })
    try {
      const host = `a.test:${server.port}`
      const { status, head, body } = await on.guest.https(host, `${handshake(host)}GET /smuggled HTTP/1.1\r\n\r\n`)
      assert.is(status, 401)
      assert.match(head, /^www-authenticate: Bearer$/im)
      assert.not.match(head, /alt-svc/i)
      assert.match(body, 'who are you')
      assert.equal([server.requests.map(({ url }) => url), bodies], [['/chat?room=1'], []])
    } finally {
      await server.close()
    }
  })

  title('after a change of mind a WebSocket that is no longer allowed is cut, another goes on', (on) =>
    withEcho(async (echo, host) => {
      const other = await echoUpstream(on.certificates.server)
      try {
        const [lost, kept] = [await opened(on, host), await opened(on, `a.test:${other.port}`)]
        script({
          open: ({ host: name }) => ({ kind: 'terminate', host: name }),
          decide: ({ port }) => (port === echo.port ? deny('no longer') : { kind: 'allow', set: [] }),
        })
        await on.recheck()
        await met('it is cut', () => lost.destroyed)
        await met('the cut is told', () => on.told.some(({ port, cut }) => port === echo.port && cut))
        await echoes(kept, 'still here')
        kept.destroy()
      } finally {
        await other.close()
      }
    }, on),
  )

  for (const [what, change] of Object.entries<(text: string) => string>({
    'another Host': (text) => text.replace(/Host: .*/, 'Host: b.test'),
    'two Hosts': (text) => text.replace(/(Host: .*)/, '$1\r\nHost: b.test'),
    'a body': (text) => text.replace('\r\n\r\n', '\r\nContent-Length: 2\r\n\r\nhi'),
    chunks: (text) => text.replace('\r\n\r\n', '\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    POST: (text) => text.replace('GET', 'POST'),
    'an absolute target': (text) => text.replace('/chat', 'https://b.test/chat'),
    'no key': (text) => text.replace(/Sec-WebSocket-Key.*\r\n/, ''),
    'another version': (text) => text.replace('Version: 13', 'Version: 8'),
    'no Connection': (text) => text.replace('Connection: Upgrade\r\n', ''),
    'HTTP/1.0': (text) => text.replace('HTTP/1.1', 'HTTP/1.0'),
  }))
    title(`a handshake with ${what} reaches nobody`, (on) =>
      withEcho(async (echo, host) => {
        const { status } = await on.guest.https(host, change(handshake(host)))
        assert.ok(status === 400 || status === 421 || status === 0, String(status))
        assert.is(echo.connections(), 0)
      }, on),
    )

  title('a server name other than the host of CONNECT gets no WebSocket', (on) =>
    withEcho(async (echo, host) => {
      assert.is((await on.guest.tunnel(host, { servername: 'b.test' })).socket, undefined)
      assert.is(echo.connections(), 0)
    }, on),
  )

  title('a large answer over such a connection comes whole to a slow reader', async (on) => {
    script({ open: upgradable })
    const size = 8 * 2 ** 20
    const server = await tlsUpstream(on.certificates.server, (_, response) => response.end(Buffer.alloc(size, 'x')))
    try {
      const host = `a.test:${server.port}`
      const { socket } = await on.guest.tunnel(host)
      if (socket === undefined) throw new Error('no tunnel')
      let got = 0
      socket.write(get('/large', host, 'Connection: close'))
      for await (const chunk of socket) {
        got += (chunk as Buffer).length
        if (got < 2 ** 20) await new Promise((resolve) => setTimeout(resolve, 5))
      }
      assert.ok(got > size, String(got))
    } finally {
      await server.close()
    }
  })

  title('a WebSocket that nobody foresees reaches nobody', async (on) => {
    const echo = await echoUpstream(on.certificates.server)
    try {
      const host = `a.test:${echo.port}`
      assert.is((await on.guest.https(host, handshake(host))).status, 0)
      script({ open: upgradable })
      const second = await on.guest.https(host, [get('/first', host), handshake(host)])
      assert.is(second.status, 0)
      assert.equal(
        echo.requests.map(({ url }) => url),
        ['/first'],
      )
    } finally {
      await echo.close()
    }
  })
}
