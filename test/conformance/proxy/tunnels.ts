import * as assert from 'uvu/assert'
import { Refusal } from '../../../bundle/engine/port.ts'
import type { Context } from './context.ts'
import { exchange } from './guest.ts'
import { get } from './stage.ts'

/** What is no TLS, and what is passed through. */
export const tunnelTests = ({ title, script, at }: Context): void => {
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
      const secured = connect({ socket, ca: certificates.internet.cert, servername: 'a.test' }).on(
        'error',
        () => undefined,
      )
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
}
