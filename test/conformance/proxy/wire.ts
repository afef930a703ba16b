import * as assert from 'uvu/assert'
import type { Context } from './context.ts'
import { exchange } from './guest.ts'
import { tlsUpstream } from './servers.ts'
import { get } from './stage.ts'

/** Smuggling, sizes, streams. */
export const wireTests = ({ title, script, at, deny }: Context): void => {
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
    // Its answer is read: else nobody would see that it has ended the connection, where it isn't reset.
    const closed = new Promise<void>((resolve) => void socket.once('end', resolve).once('close', () => resolve()))
    socket.resume()
    // What comes after the limit of a head is dropped until the connection is closed.
    const MOST = 2 ** 28
    let sent = 0
    socket.write(`GET / HTTP/1.1\r\nHost: ${at()}\r\n`)
    const more = (): void => {
      while (socket.writable && sent < MOST && socket.write(`X-${sent}: ${'a'.repeat(1_000)}\r\n`)) sent += 1_000
      if (socket.writable) socket.once('drain', more)
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
}
