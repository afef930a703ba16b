import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { partOf } from '../../cli/inside/parts.ts'
import type { Session } from '../../cli/session/session.ts'
import { specHash } from '../../controller/document/spec-hash.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import type { Client } from '../helpers/client.ts'
import { createClient, runExecutable } from '../helpers/client.ts'
import { entry } from '../helpers/entry.ts'
import { attacks } from './attack.ts'

const attack = attacks('forged-status')
const AIM = 'a wait that succeeds, a bottle that looks ready'
const SINCE = '2026-11-24T11:00:00Z'

const readyStatus = (uid: string): BottleStatus => ({
  phase: 'Ready',
  observedGeneration: 1,
  specHash: specHash({ agent: 'claude' }),
  uid,
  startedAt: SINCE,
  conditions: ['Accepted', 'BundleReady', 'MachineReady', 'MetadataReady', 'NetworkReady', 'Ready'].map((type) => ({
    type,
    status: 'True',
    reason: 'AllReady',
    message: '',
    observedGeneration: 1,
    lastTransitionTime: SINCE,
  })),
})

const withForged = async (status: BottleStatus, body: (client: Client) => Promise<void>): Promise<void> => {
  const client = await createClient()
  try {
    const document = { apiVersion: 'bottled.dev/v1alpha1', kind: 'Bottle', metadata: { name: 'a' } }
    await client.file('a.yaml', JSON.stringify({ ...document, spec: { agent: 'claude' }, status }))
    await body(client)
  } finally {
    await client.remove()
  }
}

const WAITS = [
  ['--for=condition=Ready'],
  ['--for=condition=MachineReady=True'],
  ['--for=jsonpath={.status.phase}=Ready'],
]
const isNotBelieved = async (client: Client): Promise<void> => {
  for (const condition of WAITS) {
    const waited = await client.run('wait', 'bottle', 'a', ...condition, '--timeout', '0s')
    assert.is(waited.exitCode, 4, `${condition.join(' ')}: ${waited.out}${waited.err}`)
  }
  const shown = await client.run('get', 'bottles')
  assert.not.match(shown.out, /Ready\s*claude|True/)
  assert.match(shown.err, "not from this root's controller")
  const json = JSON.parse((await client.run('get', 'bottle', 'a', '-o', 'json')).out) as { readonly status?: object }
  assert.equal(Object.keys(json.status ?? {}), [])
  assert.not.match((await client.run('describe', 'bottle', 'a')).out, 'AllReady')
}

attack(
  {
    party: 'author',
    aim: AIM,
    way: 'a status with every condition True and the right hash, where no controller ever ran',
    seen: 'every wait times out, get and describe leave it out and say why',
    enforcedBy: 'bottlectl',
  },
  () => withForged(readyStatus('0198'), isNotBelieved),
)

attack(
  {
    party: 'author',
    aim: AIM,
    way: 'the same beside a record of another uid',
    seen: 'the same: what counts is the uid of the record',
    enforcedBy: 'bottlectl',
  },
  () =>
    withForged(readyStatus('forged'), async (client) => {
      await client.record('a', { ...readyStatus('true'), phase: 'Provisioning', conditions: [] })
      await isNotBelieved(client)
    }),
)

attack(
  {
    party: 'author',
    aim: AIM,
    way: 'a ready status with the uid of the record, copied from it, while the record says otherwise',
    seen: 'what the record says is shown',
    enforcedBy: 'bottlectl',
  },
  () =>
    withForged(readyStatus('true'), async (client) => {
      const { conditions } = readyStatus('true')
      const honest = conditions.map((each) => ({ ...each, status: 'False' as const, reason: 'Away' }))
      await client.record('a', { ...readyStatus('true'), phase: 'Degraded', conditions: honest })
      const waited = await client.run('wait', 'bottle', 'a', '--for=condition=Ready', '--timeout', '0s')
      assert.is(waited.exitCode, 4)
      assert.match((await client.run('get', 'bottles')).out, 'Degraded')
    }),
)

attack(
  {
    party: 'author',
    aim: AIM,
    way: 'another name with the identity of a ready bottle, and its status',
    seen: 'the record of the other bottle does not speak for it',
    enforcedBy: 'bottlectl',
  },
  () =>
    withForged(readyStatus('true'), async (client) => {
      await client.record('a', readyStatus('true'), { name: 'other' })
      await isNotBelieved(client)
    }),
)

const document = (status: unknown, more: { readonly spec?: object; readonly metadata?: object } = {}): string =>
  JSON.stringify({
    apiVersion: 'bottled.dev/v1alpha1',
    kind: 'Bottle',
    metadata: { ...more.metadata, name: 'a' },
    spec: more.spec ?? { agent: 'claude' },
    ...(status === undefined ? {} : { status }),
  })

const tried = (
  row: { readonly aim?: string; readonly way: string; readonly seen: string },
  body: (client: Client) => Promise<void>,
): void =>
  attack({ party: 'author', aim: AIM, enforcedBy: 'bottlectl', ...row }, async () => {
    const client = await createClient()
    try {
      await body(client)
    } finally {
      await client.remove()
    }
  })

const why = async (client: Client): Promise<string> => (await client.run('get', 'bottles')).err

tried(
  { way: 'no uid, and phase Suspended', seen: 'a document without a record can only be refused' },
  async (client) => {
    const { uid: _, ...status } = readyStatus('')
    await client.file('a.yaml', document({ ...status, phase: 'Suspended' }))
    await isNotBelieved(client)
    assert.is(
      (await client.run('wait', 'b', 'a', '--for=jsonpath={.status.phase}=Suspended', '--timeout=0s')).exitCode,
      4,
    )
  },
)

tried(
  { way: 'a refusal that says more than no, or says it in strange types', seen: 'only the refusal is left of it' },
  async (client) => {
    const no = {
      type: 'Accepted',
      status: 'False',
      reason: 'Invalid',
      message: 'm',
      observedGeneration: 1,
      lastTransitionTime: SINCE,
    }
    const refusal = { phase: 'Invalid', observedGeneration: 1, specHash: readyStatus('').specHash, conditions: [no] }
    for (const more of [
      { ...refusal, phase: 'Ready' },
      { ...refusal, conditions: [no, { ...no, type: 'Ready', status: 'True' }] },
      { ...refusal, conditions: [no, { ...no, type: 'Ready', status: 5 }] },
      { ...refusal, conditions: [{ ...no, reason: ['x'] }] },
      { ...refusal, specHash: 1 },
    ]) {
      await client.file('a.yaml', document(more))
      await isNotBelieved(client)
    }
    await client.file('a.yaml', document({ ...refusal, bundle: { ip: '10.0.0.1' }, startedAt: SINCE, asks: 3 }))
    const { out } = await client.run('get', 'b', 'a', '-o', 'json')
    assert.match(out, /"phase": "Invalid"/)
    assert.not.match(out, /bundle|startedAt|asks/)
  },
)

tried(
  { way: 'a record that is unreadable, or says it is of another identity', seen: 'it speaks for nobody' },
  async (client) => {
    await client.file('a.yaml', document(readyStatus('u')))
    await client.file('.bottled/bottles/a/record.json', '{')
    await isNotBelieved(client)
    assert.match(await why(client), /its record in the state folder is unreadable/)
    await client.record('a', readyStatus('u'), { identity: 'c' })
    await isNotBelieved(client)
  },
)

tried(
  { way: 'a second document of the name, with the uid of the first', seen: 'the record speaks for the first alone' },
  async (client) => {
    await client.file('0/a.yaml', document(readyStatus('u')))
    await client.file('a.yaml', document(readyStatus('u')))
    await client.record('a', readyStatus('u'))
    const { out, err } = await client.run('get', 'b', '--no-headers', '-o', 'wide')
    assert.match(out, /^a +Unknown +Unverified .*0\/a\.yaml:1 *$/m)
    assert.match(out, /^a +True +Ready .* a\.yaml:1 *$/m)
    assert.match(err, /the status in 0\/a\.yaml .*: another document has its name/)
  },
)

tried(
  {
    way: 'the right uid, another spec, and the hash of that',
    seen: 'it is stale: the record has judged the spec before',
  },
  async (client) => {
    const spec = { agent: 'codex' }
    await client.file(
      'a.yaml',
      document({ ...readyStatus('u'), specHash: specHash(spec), observedGeneration: 2 }, { spec }),
    )
    await client.record('a', readyStatus('u'))
    assert.match((await client.run('get', 'b')).out, /^a +Unknown +Ready \(stale\)/m)
    assert.is((await client.run('wait', 'b', 'a', '--for=condition=Ready', '--timeout=0s')).exitCode, 4)
  },
)

tried(
  { way: 'a status in the file, beside the one that the controller keeps', seen: "the controller's is shown" },
  async (client) => {
    const kept = { ...readyStatus('u'), phase: 'Degraded' as const, conditions: [] }
    await client.file('a.yaml', document(readyStatus('mine')))
    await client.record('a', kept)
    await client.file('.bottled/bottles/a/status.yaml', JSON.stringify({ status: kept }))
    assert.match((await client.run('get', 'b')).out, /^a +Degraded/m)
    await client.file('.bottled/bottles/a/status.yaml', JSON.stringify({ status: readyStatus('another') }))
    await isNotBelieved(client)
  },
)

tried({ way: 'uid, generation and times in metadata', seen: 'only the record says them' }, async (client) => {
  const metadata = {
    uid: 'mine',
    generation: 0,
    creationTimestamp: SINCE,
    deletionTimestamp: 'x',
    resourceVersion: '1',
  }
  await client.file('a.yaml', document(undefined, { metadata }))
  assert.not.match((await client.run('get', 'b', 'a', '-o', 'json')).out, /uid|generation|Timestamp|resourceVersion/)
  assert.is((await client.run('wait', 'b', 'a', '--for=jsonpath={.metadata.uid}', '--timeout=0s')).exitCode, 4)
  await client.file('a.yaml', document(readyStatus('u'), { metadata: { ...metadata, generation: 1 } }))
  await client.record('a', readyStatus('u'), { generation: 4 })
  assert.is((await client.run('wait', 'b', 'a', '--for=condition=Ready', '--timeout=0s')).exitCode, 4)
})

tried(
  {
    aim: 'has exec, cp and logs go to another container',
    way: 'the id of that container as the bundle of the status',
    seen: 'the bundle is found by its own name, or by the id in the record',
  },
  async (client) => {
    const bundle = { name: 'bottle-a-bundle', ip: '192.168.9.2', image: 'x', restarts: 0 }
    await client.file('a.yaml', document({ ...readyStatus('u'), bundle: { ...bundle, id: 'another' } }))
    const session = { root: client.root, stateDir: client.stateDir, lockDir: client.stateDir } as Session
    assert.is((await partOf(session, 'a', 'bundle')).id, 'bottle-a-bundle')
    await client.record('a', { ...readyStatus('u'), bundle: { ...bundle, id: '3f2a' } })
    assert.is((await partOf(session, 'a', 'bundle')).id, '3f2a')
  },
)

attack(
  {
    party: 'author',
    aim: AIM,
    way: 'a root that is copied with its state; a status of a simulated run without its mark',
    seen: "the state says whose it is; the controller's own root is believed, also when a file moves",
    enforcedBy: 'bottlectl',
  },
  async () => {
    const home = mkdtempSync(join(tmpdir(), 'bottle-t-forged-'))
    try {
      const root = join(home, 'root')
      mkdirSync(root)
      const yaml = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec: {agent: claude}\n'
      writeFileSync(join(root, 'a.yaml'), yaml)
      execFileSync(process.execPath, [...entry('bottled'), 'run', root, '--simulate', '--once'], { stdio: 'pipe' })
      const wait = async (place: string): Promise<number> =>
        (await runExecutable(['-d', place, 'wait', 'b', 'a', '--for=condition=Ready', '--timeout=0s'])).exitCode
      assert.is(await wait(root), 0)
      renameSync(join(root, 'a.yaml'), join(root, 'moved.yaml'))
      assert.is(await wait(root), 0)

      cpSync(root, join(home, 'copy'), { recursive: true })
      const copied = await runExecutable(['-d', join(home, 'copy'), 'get', 'b'])
      assert.match(copied.out, /^a +Unknown +Unverified /m)
      assert.match(copied.err, /is left out: the state in .*copy.* is that of the root .*root$/m)

      const owner = join(root, '.bottled', 'simulated', 'owner')
      writeFileSync(owner, readFileSync(owner, 'utf8').replace(/"machine": "[^"]*"/, '"machine": "another"'))
      assert.is(await wait(root), 4)

      rmSync(owner)
      const text = readFileSync(join(root, 'moved.yaml'), 'utf8')
      assert.match(text, /^ {2}simulated: true$/m)
      writeFileSync(join(root, 'moved.yaml'), text.replace(/^ {2}simulated: true\n/m, ''))
      assert.is(await wait(root), 4)
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  },
  { deadlineMs: 180_000 },
)

attack.run()
