import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { openListeners } from '../../../cli/seal/listeners.ts'
import { outcomesIn, scriptFor } from '../../../cli/seal/script.ts'
import type { Target } from '../../../cli/seal/target.ts'
import { needing } from '../../helpers/program.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('script of a seal')
const run = promisify(execFile)
const tcp = (port: number): Target => ({
  what: `port ${port}`,
  attempt: { kind: 'tcp', ip: '127.0.0.1', port, send: 'GET / HTTP/1.0\r\n\r\n' },
  expect: 'nothing',
})

needing(test, 'busybox')('busybox plays it: what answers is seen, and what does not is silent', async () => {
  const bin = mkdtempSync(join(tmpdir(), 'bottle-t-busybox-'))
  const listeners = await openListeners()
  const closed = await openListeners()
  await closed.close()
  try {
    chmodSync(bin, 0o755)
    const { stdout: where } = await run('sh', ['-c', 'command -v busybox'])
    for (const name of ['sh', 'nc', 'head', 'od', 'tr', 'timeout', 'grep', 'sleep'])
      symlinkSync(where.trim(), join(bin, name))
    const targets = [tcp(listeners.port), tcp(closed.port)]
    const { stdout } = await run(join(bin, 'sh'), ['-c', scriptFor(targets, 2)], { env: { PATH: bin } })
    assert.equal(
      outcomesIn(stdout, targets)?.map(({ answer }) => answer?.slice(0, 13)),
      ['bottled-seal-', undefined],
    )
    assert.equal(
      listeners.heard().map((each) => each.slice(0, 3)),
      ['TCP'],
    )
  } finally {
    await listeners.close()
    rmSync(bin, { recursive: true })
  }
})

test('an output that lacks a row, or its end, is none; what is no hex is none', () => {
  const targets = [tcp(1), tcp(2)]
  const answers = (text: string) => outcomesIn(text, targets)?.map(({ answer }) => answer)
  assert.equal(answers('row 1 6f6b\nrow 0 \ndone\n'), [undefined, 'ok'])
  assert.equal(answers('row 0 6f6b\r\nrow 1\r\ndone\r\n'), ['ok', undefined])
  for (const text of [
    '',
    'done',
    'row 0 \ndone',
    'row 0 \nrow 1 \n',
    'row 0 xyz\nrow 1 \ndone',
    'row 0 6f6\nrow 1 \ndone',
  ])
    assert.is(answers(text), undefined, text)
})

test.run()
