import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createBottleReader, REAL_FILES } from '../../../cli/bottles/bottles.ts'
import { spliceStatus } from '../../../controller/edit/splice-status.ts'
import { acquireLock } from '../../../controller/state/lock.ts'
import { specHash } from '../../../controller/document/spec-hash.ts'
import { createClient, readyStatus } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { createOutages } from '../../../controller/state/outages.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { suite } from '../../helpers/suite.ts'

/** A bottle that was Ready and whose file has changed since: never shown as current. */
const test = suite('a status that is out of date')
const spec = { agent: 'claude' }
const status = readyStatus(spec, 'a')
const GOOD = spliceStatus({
  text: 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec:\n  agent: claude\n',
  index: 0,
  status,
})
const BROKEN = GOOD.replace('agent: claude', 'agent: [claude')
const AT = 'a\\.yaml:6:1: not YAML: '

const made = async (client: Client, change: object = {}): Promise<void> => {
  const folder = join(client.stateDir, 'bottles', 'a')
  mkdirSync(folder, { recursive: true })
  const hash = specHash(spec)
  const base = { version: 1, uid: status.uid, name: 'a', identity: 'a', file: 'a.yaml', generation: 3, everReady: true }
  const record = { ...base, specHash: hash, goodHash: hash, spec, status, ...change }
  writeFileSync(join(folder, 'record.json'), JSON.stringify(record))
}

const withClient = (title: string, body: (client: Client) => Promise<void>): void =>
  test(title, async () => {
    const client = await createClient()
    try {
      await made(client)
      await body(client)
    } finally {
      await client.remove()
    }
  })

const row = async (client: Client): Promise<string> =>
  (await client.run('get', 'b', '--no-headers')).out.replace(/ +/g, ' ')

withClient(
  'a file that is not YAML: the last valid spec is shown as stale, with the place of the error',
  async (client) => {
    await client.file('a.yaml', BROKEN)
    for (const names of [[], ['a']]) {
      const { out, err } = await client.run('get', 'b', ...names)
      assert.match(out, /^a +Unknown +Ready \(stale\) +claude /m)
      assert.match(err, new RegExp(`^warning: ${AT}.*; bottle/a is shown with its last valid spec$`, 'm'))
      assert.not.match(err, /not shown/)
    }
    const object = JSON.parse((await client.run('get', 'b', 'a', '-o', 'json')).out) as {
      readonly metadata: { readonly generation: number }
      readonly status: { readonly observedGeneration: number }
    }
    assert.ok(object.status.observedGeneration < object.metadata.generation)
    const { out } = await client.run('describe', 'b', 'a')
    assert.match(out, /^File: +a\.yaml:6$/m)
    assert.match(out, /^Stale: +True, the file can't be read: the last valid spec is shown and stays in force$/m)
    assert.match(out, new RegExp(`^Problems:\\n {2}${AT}`, 'm'))
    assert.not.match(out, /Held/)
    assert.is((await client.run('get', 'b', '--field-selector', 'status.phase=Ready', '--no-headers')).out, '')
  },
)

withClient('wait is not met by an unreadable file, and names the place of the error', async (client) => {
  await client.file('a.yaml', BROKEN)
  for (const goal of ['condition=Ready', 'jsonpath={.status.phase}=Ready']) {
    const { exitCode, err } = await client.run('wait', 'b', 'a', `--for=${goal}`, '--timeout=0s')
    assert.is(exitCode, 4)
    assert.match(err, new RegExp(`^hint: ${AT}`, 'm'))
  }
  assert.is((await client.run('wait', 'b', 'a', '--for=delete', '--timeout=0s')).exitCode, 4)
})

withClient(
  'a bottle with an unreadable file does not count as deleted: no verb acts as if its document were gone',
  async (client) => {
    await client.file('a.yaml', BROKEN)
    assert.is((await client.run('confirm-deletes', '--dry-run')).out, '')
    for (const argv of [
      ['delete', 'bottle', 'a'],
      ['suspend', 'a'],
      ['label', 'bottle', 'a', 'x=y'],
      ['diff', 'a'],
    ]) {
      const { exitCode, err } = await client.run(...argv)
      assert.ok(exitCode > 0, argv.join(' '))
      assert.match(err, /a\.yaml/, argv.join(' '))
    }
    assert.is(client.text('a.yaml'), BROKEN)
  },
)

withClient(
  'the same holds for an empty file, a renamed broken file, and a file without read permission',
  async (client) => {
    await client.file('a.yaml', '')
    assert.is(await row(client), 'a Unknown Ready (stale) claude 192.168.133.2 27h\n')
    rmSync(join(client.root, 'a.yaml'))
    await client.file('moved.yaml', BROKEN)
    assert.is(await row(client), 'a Unknown Ready (stale) claude 192.168.133.2 27h\n')
    assert.match((await client.run('describe', 'b', 'a')).out, /^File: +moved\.yaml:6$/m)
    rmSync(join(client.root, 'moved.yaml'))
    assert.is(await row(client), 'a True Deleting claude 192.168.133.2 27h\n')
  },
)

withClient('a file in a folder without read permission is not gone', async (client) => {
  await made(client, { file: 'sub/a.yaml' })
  const read = createBottleReader(client, { ...REAL_FILES, list: async () => ({ paths: [], unreadable: ['sub/'] }) })
  const [bottle] = (await read()).bottles
  assert.equal([bottle?.hidden, bottle?.stale, bottle?.left], [true, true, undefined])
  assert.is(bottle?.complaints[0]?.message, "its folder sub/ can't be read")
})

withClient('a decided deletion shows as Terminating, whatever the file says', async (client) => {
  await made(client, { deleting: { since: '2026-11-24T11:00:00Z', policy: 'Delete' } })
  await client.file('a.yaml', BROKEN)
  assert.match(await row(client), /^a False Terminating /)
})

withClient('an edit with the controller down is stale at once, valid or not', async (client) => {
  await client.file('a.yaml', GOOD.replace('agent: claude', 'agent: codex'))
  assert.match(await row(client), /^a Unknown Ready \(stale\) codex /)
  await client.file('a.yaml', GOOD.replace('agent: claude', 'agnt: claude'))
  assert.match(await row(client), /^a False Invalid /)
  assert.match((await client.run('describe', 'b', 'a')).out, /^Stale: +True, the spec changed/m)
  await client.file('a.yaml', GOOD)
  assert.match(await row(client), /^a True Ready claude /)
})

withClient('while Docker is away, get and describe say that the status may be out of date', async (client) => {
  await client.file('a.yaml', GOOD)
  const lock = await acquireLock(client.stateDir)
  try {
    assert.is((await client.run('get', 'b')).err, '')
    const outages = createOutages({
      stateDir: client.stateDir,
      disk: createDisk(),
      clock: Date,
      announce: () => undefined,
      log: { warn: (message) => assert.unreachable(message) },
    })
    outages.begin('DockerUnavailable', 'connection refused')
    await outages.flush()
    for (const verb of ['get', 'describe'])
      assert.match(
        (await client.run(verb, 'b', 'a')).err,
        /^note: the status may be out of date: connection refused \(/,
      )
    outages.end('DockerUnavailable', 'DockerAvailable', 'Docker answers again')
    await outages.flush()
    assert.is((await client.run('get', 'b')).err, '')
  } finally {
    await lock.release()
  }
})

test.run()
