import { Command } from 'commander'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { addRunOptions } from '../../../cli/run/options.ts'
import type { RunOptions } from '../../../cli/run/options.ts'
import { run } from '../../../cli/run/run.ts'
import { CliError } from '../../../cli/print/cli-error.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('run')

const refusal = async (root: string, ...flags: readonly string[]): Promise<CliError> => {
  const options = addRunOptions(new Command('run'))
    .parse(['--simulate', '--once', '--log-level', 'silent', ...flags], { from: 'user' })
    .opts<RunOptions>()
  const error = await run(root, options).then(
    (code) => new Error(`it ended with ${code}`),
    (thrown: unknown) => thrown,
  )
  if (error instanceof CliError) return error
  throw error
}

const withRoot = async (work: (root: string) => Promise<void>): Promise<void> => {
  const root = await mkdtemp(join(tmpdir(), 'bottle-t-run-'))
  try {
    await work(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

test('if state can not be written, the error names the folder and the flag', () =>
  withRoot(async (root) => {
    // No one, root included, can create a folder there.
    const { message, hint, exitCode } = await refusal(root, '--state-dir', '/sys/bottle-t-state')
    assert.match(message, /^can't write state to \/sys\/bottle-t-state: E/)
    assert.match(hint ?? '', /--state-dir DIR/)
    assert.is(exitCode, 1)
    assert.equal(await readdir(root), [])
  }))

test('a file as root and a missing root give different errors, each with a command that works', () =>
  withRoot(async (root) => {
    await writeFile(join(root, 'a.yaml'), '')
    const file = await refusal(join(root, 'a.yaml'))
    assert.match(file.message, /a\.yaml is not a folder$/)
    assert.is(file.hint, `bottled run ${root}`)
    assert.is((await refusal(join(root, 'b'))).hint, `mkdir -p ${join(root, 'b')}`)
  }))

test.run()
