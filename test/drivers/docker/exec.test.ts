import { Duplex } from 'node:stream'
import * as assert from 'uvu/assert'
import type { Connection } from '../../../drivers/docker/connection.ts'
import { execIn } from '../../../drivers/docker/exec.ts'
import { DriverError, isDriverError } from '../../../drivers/errors.ts'
import { suite } from '../../helpers/suite.ts'
import { frame } from './frame.ts'

const test = suite('docker exec')

/** An Engine whose runtime says this on stdout, and ends with this code; or that refuses the start. */
const engine = (says: { readonly stdout: string; readonly exitCode: number } | DriverError): Connection => {
  const never = (): never => {
    throw new Error('not asked for here')
  }
  return {
    json: async <Body>({ path }: { readonly path: string }): Promise<Body> =>
      (path.endsWith('/exec') ? { Id: 'e' } : { ExitCode: says instanceof DriverError ? null : says.exitCode }) as Body,
    attach: async () => {
      if (says instanceof DriverError) throw says
      const stream = new Duplex({ read: () => undefined, write: (_, __, done) => done() })
      stream.push(frame(says.stdout))
      stream.push(null)
      return stream
    },
    request: never,
    open: never,
    daemon: never,
    platform: never,
    forget: never,
  }
}

const ask = (says: Parameters<typeof engine>[0]) =>
  execIn(engine(says), { operation: 'ask', container: 'c', command: ['nft'], deadlineMs: 60_000, mostBytes: 4_096 })

const FAILED = 'OCI runtime exec failed: exec failed: unable to start container process: '
/** As recorded of 20.10. */
const ABSENT = [
  `${FAILED}exec: "nft": executable file not found in $PATH: unknown\r\n`,
  `${FAILED}exec: "/nft": stat /nft: no such file or directory: unknown\r\n`,
]
/** Of a container that ends meanwhile, or a host that is out of something. */
const OTHERWISE = [
  `${FAILED}error executing setns process: exit status 1: unknown\r\n`,
  `${FAILED}open /proc/7/ns/ipc: no such file or directory: unknown\r\n`,
  `${FAILED}read init-p: connection reset by peer: unknown\r\n`,
  'OCI runtime exec failed: exec failed: cannot exec in a stopped container: unknown\r\n',
]

test('a program that is missing ends with 126, also where the Engine refuses the start', async () => {
  for (const stdout of ABSENT) {
    assert.is((await ask({ stdout, exitCode: 126 })).exitCode, 126)
    const refused = new DriverError({ code: 'InvalidRequest', operation: 'ask', detail: stdout.trim() })
    assert.is((await ask(refused)).exitCode, 126)
  }
})

test('a runtime that fails otherwise is a failure, and says nothing of the program', async () => {
  for (const text of OTHERWISE)
    for (const says of [
      { stdout: text, exitCode: 126 },
      { stdout: text, exitCode: 127 },
      { stdout: text, exitCode: 255 },
      new DriverError({ code: 'Failed', operation: 'ask', detail: text.trim() }),
    ]) {
      const error = await ask(says).then(
        ({ exitCode }) => assert.unreachable(`ended with ${exitCode}: ${text}`),
        (thrown: unknown) => thrown,
      )
      assert.ok(isDriverError(error), String(error))
      assert.match(error.detail, text.trim().slice(FAILED.length))
    }
})

test("a program's own end is its own, whatever it writes", async () => {
  const ended = await ask({ stdout: 'nothing\n', exitCode: 126 })
  assert.equal([ended.exitCode, ended.stdout], [126, 'nothing\n'])
  assert.is((await ask({ stdout: OTHERWISE[0] ?? '', exitCode: 0 })).exitCode, 0)
})

test.run()
