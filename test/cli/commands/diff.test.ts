import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { createClient, runExecutable } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { entry } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl diff against what was applied')
const text = (spec: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec: ${spec}\n`

const recorded = (client: Client, change: Partial<BottleRecord>): void => {
  const folder = join(client.stateDir, 'bottles', 'a')
  mkdirSync(folder, { recursive: true })
  const record = { version: 1, uid: 'u', name: 'a', identity: 'a', file: 'a.yaml', generation: 2, specHash: 'h2' }
  writeFileSync(join(folder, 'record.json'), JSON.stringify({ ...record, goodHash: 'h2', ...change }))
}

const ready = (status: string, reason: string, message = '', observedGeneration = 2): object => ({
  conditions: [{ type: 'Ready', status, reason, message, observedGeneration, lastTransitionTime: '' }],
})
const applied = { generation: 1, hash: 'h1', spec: { agent: 'x', env: { A: '1' } } }
const spec = { agent: 'x', env: { A: '2' } }

const withClient = (title: string, body: (client: Client) => Promise<void>): void =>
  test(title, async () => {
    const client = await createClient()
    try {
      await body(client)
    } finally {
      await client.remove()
    }
  })

withClient(
  'an accepted edit that failed stays listed, with the reason and the time of the next try',
  async (client) => {
    await client.file('a.yaml', text('{agent: x, env: {A: "2"}}'))
    const backoff = { failures: 3, retryAt: '2026-11-24T12:01:00Z' }
    recorded(client, { spec, applied, everReady: true, backoff, status: ready('False', 'Failed', 'no reply') })
    const { exitCode, out } = await client.run('diff', 'a')
    assert.is(exitCode, 1)
    assert.is(
      out,
      `bottle/a (a.yaml:1)
  ~ spec.env.A  "1" → "2"  machine: restart
  ! accepted, not applied yet: Failed: no reply; tried 3 times, next try at 2026-11-24T12:01:00Z
`,
    )
  },
)

withClient('while Docker is away diff does not trust the old status', async (client) => {
  await client.file('a.yaml', text('{agent: x, env: {A: "2"}}'))
  recorded(client, { spec, applied, everReady: true, status: ready('True', 'AllReady', '', 1) })
  const { exitCode, out } = await client.run('diff', 'a')
  assert.is(exitCode, 1)
  assert.match(out, /accepted, not applied yet: the controller is still working\n/)
})

withClient('an edit that was reverted before it was applied is no difference', async (client) => {
  await client.file('a.yaml', text('{agent: x, env: {A: "1"}}'))
  recorded(client, { spec: applied.spec, applied, everReady: true, status: ready('True', 'AllReady') })
  assert.equal(await client.run('diff', 'a'), { exitCode: 0, out: '', err: '' })
})

withClient('a bottle that was never created is new, and shows what it waits for', async (client) => {
  await client.file('a.yaml', text('{agent: x, env: {A: "2"}}'))
  recorded(client, { spec, status: ready('False', 'ImageNotFound', 'no such image') })
  const { out } = await client.run('diff', 'a')
  assert.is(out, 'bottle/a (a.yaml:1)\n  + new\n  ! accepted, not applied yet: ImageNotFound: no such image\n')
})

withClient('for a record of an older version the last valid spec counts', async (client) => {
  await client.file('a.yaml', text('{agent: x, env: {A: "2"}}'))
  recorded(client, { spec, everReady: true, status: ready('True', 'AllReady') })
  assert.is((await client.run('diff', 'a')).exitCode, 0)
})

withClient('a changed identity is refused, not new', async (client) => {
  await client.file('a.yaml', text('{agent: x, identity: other}'))
  recorded(client, { spec: { agent: 'x' }, everReady: true, applied: { ...applied, spec: { agent: 'x' } } })
  const { out } = await client.run('diff', 'a')
  assert.match(out, /spec\.identity is immutable/)
  assert.not.match(out, /\+ new/)
})

test(
  'with a controller: an edit that needs a rollout stays listed until the rollout, and costs the disk',
  async () => {
    const client = await createClient()
    await client.file('a.yaml', text('{agent: x}'))
    const controller = spawn(process.execPath, [...entry('bottled'), 'run', client.root, '--simulate'], {
      stdio: 'ignore',
    })
    const ended = new Promise<void>((resolve) => controller.on('exit', () => resolve()))
    const record = (): Partial<BottleRecord> => {
      try {
        const path = join(client.stateDir, 'simulated', 'bottles', 'a', 'record.json')
        return JSON.parse(readFileSync(path, 'utf8')) as BottleRecord
      } catch {
        return {}
      }
    }
    const until = async (what: string, look: () => boolean): Promise<void> => {
      for (let turns = 0; turns < 200; turns++, await sleep(100)) if (look()) return
      throw new Error(`never: ${what}`)
    }
    const run = (...argv: readonly string[]) => runExecutable(['-d', client.root, ...argv])
    try {
      await until('it is applied', () => record().applied?.generation === 1)
      assert.equal(record().applied?.spec, { agent: 'x' })
      await client.file('a.yaml', text('{agent: y, workspace: {path: ., mode: copy}}'))
      await until('it waits', () => JSON.stringify(record().status ?? '').includes('UpdatePending'))
      assert.is(record().applied?.generation, 1)
      const { exitCode, out } = await run('diff', 'a')
      assert.is(exitCode, 1)
      assert.match(out, /~ spec\.agent +"x" → "y" +live\n/)
      assert.match(out, /\+ spec\.workspace\.path +<none> → "\." +machine: recreate\n/)
      assert.match(out, /! the VM must be recreated, and its disk is lost: applied by bottlectl rollout a\n/)
      const plan = await run('plan', 'a')
      assert.match(plan.out, /^Blocked: {2}machine: UpdatePending: /m)
      assert.match(plan.out, /^Changes:\n {2}~ spec\.agent /m)
      assert.is((await run('rollout', 'a')).exitCode, 0)
      assert.is(record().applied?.generation, 2)
      assert.equal(await run('diff', 'a'), { exitCode: 0, out: '', err: '' })
    } finally {
      controller.kill('SIGTERM')
      await ended
      await client.remove()
    }
  },
  { deadlineMs: 60_000 },
)

test.run()
