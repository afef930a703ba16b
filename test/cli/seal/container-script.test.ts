import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { perlFor } from '../../../cli/seal/container-script.ts'
import { openListeners } from '../../../cli/seal/listeners.ts'
import { outcomesIn } from '../../../cli/seal/script.ts'
import type { Attempt, Target } from '../../../cli/seal/target.ts'
import { needing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('script of a seal, for an agent in a container')
const run = promisify(execFile)
const nothing = (attempt: Attempt, more: Partial<Target> = {}): Target => ({
  what: 'a row',
  attempt,
  expect: 'nothing',
  ...more,
})
const play = async (targets: readonly Target[]): Promise<readonly (string | undefined)[] | undefined> => {
  const [file = '', ...args] = perlFor(targets, 2)
  const { stdout } = await run(file, args)
  return outcomesIn(stdout, targets)?.map(({ answer }) => answer?.slice(0, 13))
}

needing(test, 'perl')('perl plays it: what answers is seen, by each socket, and what does not is silent', async () => {
  const listeners = await openListeners()
  const closed = await openListeners()
  await closed.close()
  const { port } = listeners
  const at = (kind: 'tcp' | 'udp', more: object = {}) => ({ kind, ip: '127.0.0.1', port, send: 'hello\n', ...more })
  try {
    const targets = [
      nothing(at('tcp')),
      nothing(at('udp')),
      nothing(at('tcp', { device: 'lo' })),
      nothing(at('udp', { device: 'lo', direct: true })),
      nothing(at('tcp', { ip: '::1' })),
      nothing(at('tcp', { port: closed.port })),
      nothing(at('udp', { port: closed.port })),
      nothing(at('tcp', { device: 'none-of-these' })),
    ]
    const answered = Array.from({ length: 4 }, () => 'bottled-seal-')
    const said = await play(targets)
    assert.equal(said?.slice(0, 4), answered)
    assert.equal(said?.slice(5), [undefined, undefined, undefined])
    assert.ok(listeners.heard().filter((each) => each === 'UDP').length === 2)
  } finally {
    await listeners.close()
  }
})

needing(test, 'perl')('a connection counts though nothing is said, but not one to a proxy', async () => {
  const { createServer } = await import('node:net')
  const server = createServer((socket) => void socket.on('error', () => {}))
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  try {
    const attempt = { kind: 'tcp', ip: '127.0.0.1', port, send: 'hello\n' } as const
    assert.equal(await play([nothing(attempt), nothing(attempt, { through: 'proxy' })]), ['connected', undefined])
  } finally {
    server.close()
  }
})

test('a name is asked for by a query of its own, at the resolver of Docker unless another is named', () => {
  const [, , , , own, other] = perlFor(
    [nothing({ kind: 'name', name: 'a.test' }), nothing({ kind: 'name', name: 'a.test', server: '192.0.2.1' })],
    2,
  )
  assert.match(own ?? '', /^0,udp,127\.0\.0\.11,53,,,1234010000010000000000000161047465737400000100/)
  assert.match(other ?? '', /^1,udp,192\.0\.2\.1,53,/)
})

test.run()
