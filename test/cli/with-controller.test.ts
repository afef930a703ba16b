import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createClient, runExecutable } from '../helpers/client.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('bottlectl beside a controller')
const bottled = new URL('../../cli/bottled.ts', import.meta.url).pathname

test(
  'a bottle is applied, waited for, suspended, resumed, changed, retained and purged',
  async () => {
    const client = await createClient()
    await client.file(
      'a.yaml',
      '# mine\napiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: alpha}\nspec:\n  agent: claude # who\n',
    )
    const controller = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), bottled, 'run', client.root, '--simulate', '--deletion-grace', '200ms'],
      { stdio: 'ignore' },
    )
    const ended = new Promise<void>((resolve) => controller.on('exit', () => resolve()))
    const run = async (...argv: readonly string[]): Promise<string> => {
      const { exitCode, out, err } = await runExecutable(['-d', client.root, ...argv])
      assert.is(exitCode, 0, `${argv.join(' ')}: ${out}${err}`)
      return out
    }
    try {
      assert.is(
        await run('wait', 'bottle', 'alpha', '--for=condition=Ready', '--timeout=60s'),
        'bottle.bottled.dev/alpha condition met\n',
      )
      assert.is(await run('suspend', 'alpha'), 'bottle.bottled.dev/alpha suspended\n')
      assert.match(await run('get', 'b', 'alpha'), /^alpha +False +Suspended /m)
      assert.is(await run('resume', 'alpha'), 'bottle.bottled.dev/alpha resumed\n')
      assert.is(await run('reconcile', 'alpha'), 'bottle.bottled.dev/alpha reconciled: Ready\n')
      assert.match(client.text('a.yaml'), /^# mine\n[^]*agent: claude # who\n {2}suspend: false\nstatus:\n/)
      assert.is(await run('delete', 'bottle', 'alpha', '--retain'), 'bottle.bottled.dev "alpha" retained\n')
      assert.not.ok(existsSync(join(client.root, 'a.yaml')))
      assert.match(await run('get', 'b'), /^alpha +Unknown +Retained /m)
      assert.is(await run('delete', 'bottle', 'alpha', '--purge'), 'bottle.bottled.dev "alpha" purged\n')
      assert.is(await run('get', 'b', '-o', 'name'), '')
      assert.match(await run('events', '--for', 'bottle/alpha'), /Deleted/)
    } finally {
      controller.kill('SIGTERM')
      await ended
      await client.remove()
    }
  },
  { deadlineMs: 120_000 },
)

test.run()
