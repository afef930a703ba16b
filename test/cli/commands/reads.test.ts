import * as assert from 'uvu/assert'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { allRecords } from '../../../cli/bottles/all-records.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { createRecords } from '../../../drivers/disk/records.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { createClient, matchesGolden, readyStatus } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl reads')

const bottle = (
  name: string,
  spec: BottleSpec,
  more: { readonly labels?: Readonly<Record<string, string>>; readonly status?: unknown } = {},
): string =>
  stringify({
    apiVersion: 'bottled.dev/v1alpha1',
    kind: 'Bottle',
    metadata: { name, ...(more.labels === undefined ? {} : { labels: more.labels }) },
    spec,
    ...(more.status === undefined ? {} : { status: more.status }),
  })

const READY: BottleSpec = { agent: 'claude', env: { LOG_LEVEL: 'debug' }, workspace: { path: '../repo', mode: 'copy' } }
const EVENTS = [
  {
    type: 'Normal',
    reason: 'Created',
    message: 'create network/bottle-ready: it does not exist',
    object: 'bottle/ready',
    count: 1,
    firstTimestamp: '2026-11-24T11:50:00Z',
    lastTimestamp: '2026-11-24T11:50:00Z',
    source: 'bottled',
  },
  {
    type: 'Warning',
    reason: 'Unhealthy',
    message: 'the proxy is silent',
    object: 'bottle/ready',
    count: 5,
    firstTimestamp: '2026-11-24T11:57:57Z',
    lastTimestamp: '2026-11-24T11:59:48Z',
    source: 'bottled',
  },
  {
    type: 'Warning',
    reason: 'MassDeletion',
    message: '3 of 4 bottles are gone from the files; nothing is deleted until: bottlectl confirm-deletes',
    object: 'bottle/held',
    count: 1,
    firstTimestamp: '2026-11-24T11:59:50Z',
    lastTimestamp: '2026-11-24T11:59:50Z',
    source: 'bottled',
  },
  {
    type: 'Normal',
    reason: 'Ready',
    message: 'the bottle is ready',
    object: 'bottle/old',
    count: 1,
    firstTimestamp: '2026-11-24T11:59:59Z',
    lastTimestamp: '2026-11-24T11:59:59Z',
    source: 'bottled',
  },
]

/** One bottle of each kind that a table distinguishes. */
const folder = async (): Promise<Client> => {
  const client = await createClient()
  await client.file(
    'ready.yaml',
    bottle('ready', READY, { labels: { team: 'search', tier: 'a' }, status: readyStatus(READY, 'ready') }),
  )
  await client.record('ready', readyStatus(READY, 'ready'))
  const old = readyStatus({ agent: 'claude' }, 'old', { startedAt: '2026-11-24T11:51:00Z' })
  await client.file('more/old.yaml', bottle('old', { agent: 'codex' }, { labels: { team: 'web' }, status: old }))
  await client.record('old', old, { file: 'more/old.yaml' })
  await client.file(
    'new.yml',
    `${bottle('new', { agent: 'claude' })}---\n${bottle('bad', { agnt: 'x' } as unknown as BottleSpec)}`,
  )
  await client.file('broken.yaml', 'apiVersion: [\n')
  await client.file('.hidden.yaml', bottle('hidden', { agent: 'x' }))
  await client.file('values.yaml', 'replicas: 3\n')
  const record = { version: 1, uid: 'u', file: 'gone.yaml', generation: 1, specHash: 'x', spec: { agent: 'pi' } }
  for (const [name, more] of [
    ['gone', { deleting: { since: '2026-11-24T11:59:00Z' } }],
    ['held', {}],
  ] as const) {
    const own = join(client.stateDir, 'bottles', name)
    mkdirSync(own, { recursive: true })
    writeFileSync(join(own, 'record.json'), JSON.stringify({ ...record, name, identity: name, ...more }))
  }
  writeFileSync(join(client.stateDir, 'events.jsonl'), EVENTS.map((event) => `${JSON.stringify(event)}\n`).join(''))
  return client
}

const golden = (title: string, file: string, ...argv: readonly string[]): void =>
  test(title, async () => {
    const client = await folder()
    try {
      const { exitCode, out, err } = await client.run(...argv)
      matchesGolden(file, `$ bottlectl ${argv.join(' ')}\n${out}--- stderr\n${err}--- exit ${exitCode}\n`)
    } finally {
      await client.remove()
    }
  })

golden('get shows every bottle, and reports the files that it can not show', 'get.txt', 'get', 'bottles')
golden('get -o wide adds columns', 'get-wide.txt', 'get', 'bt', '-o', 'wide', '--show-labels')
golden('get -o json is a List with sorted keys', 'get-json.txt', 'get', 'b', 'ready', 'old', '-o', 'json')
golden('get of one bottle -o yaml is that bottle', 'get-yaml.txt', 'get', 'bottle/ready', '-o', 'yaml')
golden('get -o name', 'get-name.txt', 'get', 'bottles.bottled.dev', '-o', 'name')
golden(
  'get -o custom-columns shows missing values',
  'get-columns.txt',
  'get',
  'b',
  '-o',
  'custom-columns=N:.metadata.name,X:.spec.nope,IP:.status.bundle.ip',
)
golden(
  'get -o jsonpath walks with range and filters',
  'get-jsonpath.txt',
  'get',
  'b',
  '-o',
  'jsonpath={range .items[*]}{.metadata.name}{"\\t"}{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}',
)
golden('get -l selects by labels', 'get-labels.txt', 'get', 'b', '-l', 'team in (search,web),tier!=b', '-L', 'team')
golden(
  'a stale status matches no phase',
  'get-fields.txt',
  'get',
  'b',
  '--field-selector',
  'status.phase=Ready',
  '--no-headers',
)
golden('get --sort-by sorts, missing values first', 'get-sorted.txt', 'get', 'b', '--sort-by', '{.status.startedAt}')
golden('an unknown name is reported with the most similar one', 'get-missing.txt', 'get', 'bottle', 'raedy')
golden('an unknown kind is reported with the most similar one', 'get-kind.txt', 'get', 'botles')
golden('an unknown output is reported with the known ones', 'get-output.txt', 'get', 'b', '-o', 'jsn')
golden('with -o json each error is one Status object', 'get-missing-json.txt', 'get', 'b', 'raedy', 'x', '-o', 'json')
golden('an unknown kind is a Status object, too', 'get-kind-json.txt', 'get', 'botles', '-ojson')
golden('a refused change is a Status object, too', 'label-json.txt', 'label', 'b', 'ready', 'team=web', '--output=json')
golden(
  'a request without a controller ends in a Status object, too',
  'reconcile-json.txt',
  'reconcile',
  'old',
  '-o',
  'json',
)
golden('a held deletion is not shown as Terminating', 'describe-held.txt', 'describe', 'b', 'held')
golden('describe shows conditions and events', 'describe.txt', 'describe', 'bottle', 'ready')
golden(
  'describe of an invalid document shows the problems and their places',
  'describe-bad.txt',
  'describe',
  'bottle',
  'bad',
)
golden('describe of a stale status says so', 'describe-old.txt', 'describe', 'bottle', 'old')
golden('events are listed with their counts', 'events.txt', 'events')
golden('events of one bottle and type', 'events-for.txt', 'events', '--for', 'bottle/ready', '--types', 'warning')
golden('validate shows each place', 'validate.txt', 'validate')
golden('validate -o github annotates', 'validate-github.txt', 'validate', '-o', 'github')
golden('validate -o json', 'validate-json.txt', 'validate', '-o', 'json')
golden('explain of a field', 'explain-field.txt', 'explain', 'bottle.spec.agent')
golden('explain of an object', 'explain-object.txt', 'explain', 'bottle.spec.workspace')
golden('explain of a mistyped field', 'explain-missing.txt', 'explain', 'bottle.spec.workspce')
golden('api-resources', 'api-resources.txt', 'api-resources', '-o', 'wide')
golden(
  'a wait whose condition is met returns at once',
  'wait.txt',
  'wait',
  'bottle/ready',
  '--for=condition=ready',
  '--for=create',
  '--for=jsonpath={.status.phase}=Ready',
  '--timeout=0',
)
golden('a stale condition does not count', 'wait-stale.txt', 'wait', 'b', 'old', '--for=condition=Ready', '--timeout=0')
golden('wait for a missing bottle', 'wait-missing.txt', 'wait', 'b', 'nope', '--for=condition=Ready')
golden('wait for a deletion that has already happened', 'wait-delete.txt', 'wait', 'b', 'nope', '--for=delete')
golden('diff without a record calls a bottle new', 'diff-new.txt', 'diff', 'new')

test('an empty root lists nothing and is not an error', async () => {
  const client = await createClient()
  const { exitCode, out, err } = await client.run('get', 'bottles')
  assert.equal([exitCode, out, err], [0, '', 'No resources found in ROOT.\n'])
  const list = JSON.parse((await client.run('get', 'bottles', '-o', 'json')).out) as { items: unknown[] }
  assert.equal(list.items, [])
  await client.remove()
})

test('text of a file can not control the terminal', async () => {
  const client = await createClient()
  await client.file(
    'a.yaml',
    'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec: {agent: "x\\e[31m"}\n',
  )
  const { out } = await client.run('get', 'b')
  assert.not.ok(out.includes('\u001B'))
  await client.remove()
})

test('a file that is just being written is listed', async () => {
  const client = await createClient()
  await client.file('.a.yaml.bottled-00112233445566770011223344556677', bottle('a', { agent: 'x' }))
  assert.match((await client.run('get', 'b')).out, /^a /m)
  await client.remove()
})

test('a sidecar status is read if the document has none', async () => {
  const client = await createClient()
  const spec = { agent: 'x' }
  await client.file('a.yaml', bottle('a', spec))
  await client.record('a', readyStatus(spec, 'a'))
  await client.file('.bottled/bottles/a/status.yaml', stringify({ status: readyStatus(spec, 'a') }))
  assert.match((await client.run('get', 'b')).out, /^a +True +Ready/m)
  await client.remove()
})

test('a bottle whose record is being removed is gone, even if a crash left it half removed', async () => {
  const client = await createClient()
  const disk = createDisk()
  const records = createRecords(client.stateDir, {
    ...disk,
    // The state after a kill during a removal.
    remove: async (path) => {
      if ((await disk.list(path)).length > 0) throw new Error('killed')
    },
  })
  await records.write({
    version: 1,
    uid: 'u',
    name: 'a',
    identity: 'a',
    file: 'a.yaml',
    generation: 1,
    specHash: 'x',
    spec: { agent: 'x' },
  })
  assert.match((await client.run('get', 'b')).out, /^a +Unknown +Deleting/m)
  assert.equal((await allRecords(client.stateDir)).length, 1)
  await records.remove('a').then(
    () => assert.unreachable('the removal went through'),
    () => undefined,
  )
  assert.equal((await client.run('get', 'b')).out, '')
  assert.equal(await allRecords(client.stateDir), [])
  await client.remove()
})

test('validate reads the same files as the controller: no FIFO, no link out of the root, each file once', async () => {
  const client = await createClient()
  try {
    await client.file('a.yaml', bottle('one', { agent: 'claude' }))
    await client.file('package-lock.json', `{"a": "${'x'.repeat(300 * 1024)}"}`)
    execFileSync('mkfifo', [join(client.root, 'fifo.yaml')])
    symlinkSync('a.yaml', join(client.root, 'again.yaml'))
    symlinkSync('/etc/hostname', join(client.root, 'out.yaml'))
    const { exitCode, out, err } = await client.run('validate')
    assert.is(exitCode, 1)
    assert.is(out, 'fifo.yaml:1:1: not a regular file\nout.yaml:1:1: out.yaml is a symbolic link out of the root\n')
    assert.match(err, /^1 bottle in 3 files, 2 errors/)
  } finally {
    await client.remove()
  }
})

test.run()
