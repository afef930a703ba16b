import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { logOfMachine, screensOf } from '../../../cli/inside/screens.ts'
import type { Session } from '../../../cli/session/session.ts'
import { suite } from '../../helpers/suite.ts'

/** A log that somebody reads who has neither a terminal nor a pipe: the page. */
const test = suite('a log that goes to the page')

const folder = mkdtempSync(join(tmpdir(), 'bottle-t-screens-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

const sessionOf = (log: (text: string) => void, signal: AbortSignal): Session =>
  ({
    log,
    signal,
    env: process.env,
    terminal: { stdin: false, stdout: false, stderr: false },
    lend: (work: () => Promise<unknown>) => work(),
  }) as unknown as Session

test('both streams of a log come without colours, and nothing in them acts', async () => {
  let text = ''
  const { stdout, stderr } = screensOf(sessionOf((more) => (text += more), AbortSignal.abort()))
  await stdout.write(Buffer.from('one \u001b[31mred\u001b[0m\r\n'))
  await stderr.write(Buffer.from('two \u001b[2J'))
  await stdout.write(Buffer.from([0xc3]))
  await stdout.write(Buffer.from([0xa4]))
  stdout.end()
  stderr.end()
  assert.is(text, 'one red\ntwo \\u001b[2Jä')
})

test("smolvm's output comes, it reads no input of ours, and it ends with the signal", async () => {
  const program = join(folder, 'smolvm')
  const ending = new AbortController()
  let text = ''
  // `cat` would wait for an input; a sleep of a minute ends by the signal.
  writeFileSync(
    program,
    '#!/bin/sh\ncat; printf "out \\033[2J$*\\n"; echo err >&2; [ "$1" = short ] || exec sleep 60\n',
    {
      mode: 0o755,
    },
  )
  const session = sessionOf((more) => {
    text += more
    if (text.includes('long')) ending.abort()
  }, ending.signal)
  assert.is(await logOfMachine(session, program, ['short', '--tail=2']), 0)
  assert.match(text, /out \\u001b\[2Jshort --tail=2\n/)
  assert.match(text, /err\n/)
  assert.is(await logOfMachine(session, program, ['long']), 143)
})

test('the signal also ends it where something that it started holds its pipes', async () => {
  const program = join(folder, 'smolvm-parent')
  const ending = new AbortController()
  writeFileSync(program, '#!/bin/sh\nsleep 3600 & echo $!; exec sleep 3600\n', { mode: 0o755 })
  let pid = ''
  const session = sessionOf((more) => {
    pid += more
    ending.abort()
  }, ending.signal)
  try {
    assert.is(await logOfMachine(session, program, []), 143)
  } finally {
    if (Number(pid) > 0) process.kill(Number(pid), 'SIGKILL')
  }
})

test.run()
