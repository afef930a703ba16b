import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createCaller } from '../../../drivers/smolvm/caller.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('smolvm calls')

/** A program that reports a locked database so many times. */
const withLocked = async (times: number, body: (path: string, calls: () => Promise<number>) => Promise<void>) => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-call-'))
  const [path, log] = [join(folder, 'smolvm'), join(folder, 'log')]
  const words = 'Error: database operation failed: configure pragmas: database is locked'
  await writeFile(
    path,
    `#!/bin/sh\necho call >>${log}\n[ $(wc -l <${log}) -gt ${times} ] && exit 0\necho '${words}' >&2\nexit 1\n`,
  )
  await chmod(path, 0o755)
  try {
    await body(path, async () => (await readFile(log, 'utf8')).trim().split('\n').length)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('a call that finds the database locked is repeated', () =>
  withLocked(2, async (path, calls) => {
    const { call } = createCaller({ path, env: { PATH: process.env['PATH'] } })
    assert.is((await call(['machine', 'ls'])).exitCode, 0)
    assert.is(await calls(), 3)
  }))

test('a database that stays locked is reported after a few tries', () =>
  withLocked(100, async (path, calls) => {
    const { call } = createCaller({ path, env: { PATH: process.env['PATH'] } })
    assert.is((await call(['machine', 'ls'])).exitCode, 1)
    assert.is(await calls(), 6)
  }))

test.run()
