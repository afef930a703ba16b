import { spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { createClient, runExecutable } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { entry } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl beside a controller')

/** A controller on stand-ins, and bottlectl beside it. */
const controlled = (client: Client, undo = '0') => {
  const controller = spawn(
    process.execPath,
    [...entry('bottled'), 'run', client.root, '--simulate', '--deletion-grace', '200ms', '--undo', undo],
    { stdio: 'ignore' },
  )
  const ended = new Promise<void>((resolve) => controller.on('exit', () => resolve()))
  const run = async (...argv: readonly string[]): Promise<string> => {
    const { exitCode, out, err } = await runExecutable(['-d', client.root, ...argv])
    assert.is(exitCode, 0, `${argv.join(' ')}: ${out}${err}`)
    return out
  }
  return {
    run,
    stop: async (): Promise<void> => {
      controller.kill('SIGTERM')
      await ended
    },
  }
}

test(
  'a bottle is applied, waited for, suspended, resumed, changed, retained and purged',
  async () => {
    const client = await createClient()
    await client.file(
      'a.yaml',
      '# mine\napiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: alpha}\nspec:\n  agent: claude # who\n',
    )
    const { run, stop } = controlled(client)
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
      assert.match(await run('get', 'b'), /^alpha +True +Retained /m)
      assert.is(
        await run('wait', 'bottle', 'alpha', '--for=jsonpath={.status.phase}=Retained', '--timeout=10s'),
        'bottle.bottled.dev/alpha condition met\n',
      )
      assert.is(await run('delete', 'bottle', 'alpha', '--purge'), 'bottle.bottled.dev "alpha" purged\n')
      assert.is(await run('get', 'b', '-o', 'name'), '')
      assert.match(await run('events', '--for', 'bottle/alpha'), /Deleted/)
    } finally {
      await stop()
      await client.remove()
    }
  },
  { deadlineMs: 120_000 },
)

test(
  'held deletions show as Held; naming one deletes it, confirm-deletes the rest',
  async () => {
    const client = await createClient()
    const names = ['a', 'b', 'c', 'd']
    for (const name of names)
      await client.file(
        `${name}.yaml`,
        `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: claude}\n`,
      )
    const { run, stop } = controlled(client)
    try {
      await run('wait', 'bottles', '--all', '--for=condition=Ready', '--timeout=60s')
      for (const name of ['a', 'b', 'c']) rmSync(join(client.root, `${name}.yaml`))
      for (const name of ['a', 'b', 'c'])
        while (!/MassDeletion/.test(await run('events', '--for', `bottle/${name}`))) await sleep(200)
      assert.match(await run('get', 'b'), /^a +True +Held .*\nb +True +Held .*\nc +True +Held .*\nd +True +Ready /m)
      assert.match(
        await run('describe', 'bottle', 'a'),
        /^Held: +3 of 4 bottles are gone .*bottlectl confirm-deletes$/m,
      )
      assert.match(await run('confirm-deletes', '--dry-run'), /\/a confirmed .*\n.*\/b confirmed .*\n.*\/c confirmed /)
      assert.is(await run('delete', 'bottle', 'a'), 'bottle.bottled.dev "a" deleted\n')
      assert.match(await run('get', 'b', '--no-headers'), /^b +True +Held .*\nc +True +Held /)
      assert.match(await run('confirm-deletes'), /^confirmed: /)
      await run('wait', 'bottle', 'b', 'c', '--for=delete', '--timeout=60s')
      assert.match(await run('get', 'b', '--no-headers'), /^d +True +Ready .*\n$/)
    } finally {
      await stop()
      await client.remove()
    }
  },
  { deadlineMs: 240_000 },
)

test(
  'a document that goes parks its bottle; its return undoes that, also seen without a controller; naming it ends it',
  async () => {
    const client = await createClient()
    const text = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: alpha}\nspec: {agent: claude}\n'
    await client.file('a.yaml', text)
    let beside = controlled(client, '10m')
    const { run } = beside
    const isParked = async (): Promise<boolean> => /^alpha +False +Terminating /m.test(await run('get', 'b'))
    try {
      await run('wait', 'bottle', 'alpha', '--for=condition=Ready', '--timeout=60s')
      const uid = await run('get', 'b', 'alpha', '-o', 'jsonpath={.metadata.uid}')
      rmSync(join(client.root, 'a.yaml'))
      while (!(await isParked())) await sleep(200)
      while (!/Removed .*network/.test(await run('events', '--for', 'bottle/alpha'))) await sleep(200)
      await beside.stop()
      assert.ok(await isParked())
      assert.match(await run('get', 'b', '-o', 'wide'), /^alpha +False +Terminating .* Parked /m)
      assert.match(
        await run('describe', 'bottle', 'alpha'),
        /^Terminating: +until (?:\d{4}-\d\d-\d\d )?\d\d:\d\d \(in \d+m\d*s?\); its document's return undoes it; bottlectl delete bottle alpha ends it now$/m,
      )
      const noted = await runExecutable(['-d', client.root, 'get', 'b'])
      assert.match(noted.err, /note: the document of bottle\/alpha is gone: until /)
      const waited = await runExecutable(['-d', client.root, 'wait', 'b', 'alpha', '--for=delete', '--timeout=0'])
      assert.is(waited.exitCode, 4)

      beside = controlled(client, '10m')
      await client.file('b.yaml', text)
      await run('wait', 'bottle', 'alpha', '--for=condition=Ready', '--timeout=60s')
      assert.is(await run('get', 'b', 'alpha', '-o', 'jsonpath={.metadata.uid}'), uid)
      assert.match(await run('events', '--for', 'bottle/alpha'), /Unparked/)

      rmSync(join(client.root, 'b.yaml'))
      while (!(await isParked())) await sleep(200)
      const retained = await runExecutable(['-d', client.root, 'delete', 'bottle', 'alpha', '--retain'])
      assert.is.not(retained.exitCode, 0)
      assert.is(await run('delete', 'bottle', 'alpha'), 'bottle.bottled.dev "alpha" deleted\n')
      assert.is(await run('get', 'b', '-o', 'name'), '')
      assert.match(await run('events', '--for', 'bottle/alpha'), /the disk of its VM is gone, too/)
    } finally {
      await beside.stop()
      await client.remove()
    }
  },
  { deadlineMs: 240_000 },
)

test.run()
