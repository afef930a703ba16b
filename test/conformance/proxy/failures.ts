import * as assert from 'uvu/assert'
import { Refusal } from '../../../bundle/engine/port.ts'
import type { Guard, Verdict } from '../../../bundle/engine/port.ts'
import type { Context } from './context.ts'
import { tlsUpstream } from './servers.ts'
import { get } from './stage.ts'

/** A guard that fails, a name that may not be connected to, a server that isn't who it says. */
export const failureTests = ({ title, script, at }: Context): void => {
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
}
