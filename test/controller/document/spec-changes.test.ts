import * as assert from 'uvu/assert'
import { compareSpecs, refusedChanges } from '../../../controller/document/spec-changes.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { suite } from '../../helpers/suite.ts'

/** test/schemas/verdicts.test.ts has the updates that are refused. */
const test = suite('changes')
const compare = (before: Partial<BottleSpec>, after: Partial<BottleSpec>): readonly string[] =>
  compareSpecs({ agent: 'a', ...before }, { agent: 'a', ...after }).map(
    ({ field, before: old, after: now, machine, bundle }) =>
      `${field}: ${JSON.stringify(old)} → ${JSON.stringify(now)}, machine ${machine}, bundle ${bundle}`,
  )

test('equal specs have no changes', () => {
  const spec = {
    env: { A: 'b' },
    bundle: { mounts: [{ source: 'a', target: '/a' }], command: ['x'] },
    machine: { cpus: 2 },
  }
  assert.equal(compare(spec, structuredClone(spec)), [])
})

test('writing out a default changes nothing', () => {
  const defaults: Partial<BottleSpec> = {
    suspend: false,
    deletionPolicy: 'Delete',
    git: false,
    supervise: false,
    workspace: { guestPath: '/workspace' },
    bundle: { pullPolicy: 'IfNotPresent', readOnlyRoot: true, resources: { memory: 256, pids: 128 } },
    machine: { updatePolicy: 'OnDelete' },
  }
  assert.equal(compare({}, defaults), [])
  assert.equal(compare(defaults, {}), [])
})

const credential = { allow: [{ host: 'a', credential: { secret: 'A', header: 'X-Key' } }] }

test('a secret that only the bundle gets changes without interruption, one that the guest gets has another VM', () => {
  const [from, other] = [{ A: { fromEnv: 'A' } }, { A: { fromEnv: 'B' } }]
  const change = 'secrets.A: {"fromEnv":"A"} → {"fromEnv":"B"}'
  assert.equal(compare({ secrets: from }, { secrets: other }), [`${change}, machine recreate, bundle live`])
  assert.equal(compare({ secrets: from, egress: credential }, { secrets: other, egress: credential }), [
    `${change}, machine live, bundle live`,
  ])
  assert.equal(compare({ egress: {} }, { egress: {}, secrets: { A: { fromEnv: 'A', deliver: 'proxy' } } }), [
    'secrets.A: undefined → {"fromEnv":"A"}, machine restart, bundle live',
  ])
})

test('a credential that takes a secret from the guest changes that secret, too', () => {
  const secrets = { A: { fromEnv: 'A' } }
  assert.equal(
    compare({ secrets }, { secrets, egress: credential }).map((change) =>
      change.replace(/ → .*,"header.*?, m/, ' … m'),
    ),
    [
      'secrets.A: {"fromEnv":"A","deliver":"guest"} → {"fromEnv":"A","deliver":"proxy"}, machine recreate, bundle live',
      'egress: undefined … machine restart, bundle live',
    ],
  )
  const said = { A: { fromEnv: 'A', deliver: 'proxy' as const } }
  assert.equal(compare({ secrets, egress: credential }, { secrets: said, egress: credential }), [])
})

test('egress that comes or goes restarts the VM, which trusts its bundle then or no longer; an edit of it is live', () => {
  const [none, some] = [{}, { presets: ['npm'] }]
  for (const [before, after, machine] of [
    [undefined, none, 'restart'],
    [some, undefined, 'restart'],
    [none, some, 'live'],
  ] as const) {
    const [change] = compareSpecs(
      { agent: 'a', ...(before === undefined ? {} : { egress: { ...before, presets: [] } }) },
      { agent: 'a', ...(after === undefined ? {} : { egress: { presets: ['npm'] } }) },
    )
    assert.equal([change?.field, change?.machine, change?.bundle], ['egress', machine, 'live'])
  }
})

test('the gate recreates the bundle as it opens or closes; another name or url restarts the VM; the rest counts at once', () => {
  const app = { name: 'app', url: 'https://a.example/app' }
  const lib = { name: 'lib', url: 'https://a.example/lib' }
  const served = (...repositories: readonly (typeof app)[]) => ({ repositories })
  for (const [before, after, machine, bundle] of [
    [false, true, 'restart', 'recreate'],
    [false, served(app), 'restart', 'recreate'],
    [served(app), false, 'restart', 'recreate'],
    [true, served(app), 'restart', 'live'],
    [served(app), served(app, lib), 'restart', 'live'],
    [served(app), served({ ...app, name: 'other' }), 'restart', 'live'],
    [served(app), { repositories: [{ ...app, push: ['agent/*'], maxPackMiB: 5 }] }, 'live', 'live'],
    [true, served(), 'live', 'live'],
  ] as const) {
    const [change, ...more] = compareSpecs({ agent: 'a', git: before }, { agent: 'a', git: after })
    assert.equal([change?.field, change?.machine, change?.bundle], ['git', machine, bundle], JSON.stringify(after))
    assert.equal(more, [])
  }
  const secrets = { T: { fromEnv: 'T' } }
  const named = { repositories: [{ ...app, credential: { secret: 'T' } }] }
  assert.equal(
    compareSpecs({ agent: 'a', secrets, git: served(app) }, { agent: 'a', secrets, git: named }).map(
      ({ field, machine }) => `${field} ${machine}`,
    ),
    ['secrets.T recreate', 'git live'],
  )
})

test('an empty block changes nothing', () => {
  assert.equal(compare({}, { env: {}, secrets: {}, bundle: {}, machine: {}, network: {}, workspace: {} }), [])
})

test('each field has the update class of the contract', () => {
  assert.equal(
    compare(
      {},
      {
        suspend: true,
        git: true,
        machine: { image: 'i', cpus: 2 },
        bundle: { image: 'b' },
        workspace: { path: '/w', mode: 'copy' },
      },
    ),
    [
      'suspend: false → true, machine live, bundle live',
      'workspace.path: undefined → "/w", machine recreate, bundle live',
      'workspace.mode: undefined → "copy", machine recreate, bundle live',
      'git: false → true, machine restart, bundle recreate',
      'bundle.image: undefined → "b", machine live, bundle recreate',
      'machine.image: undefined → "i", machine recreate, bundle live',
      'machine.cpus: undefined → 2, machine restart, bundle live',
    ],
  )
})

test('maps are compared key by key, lists as a whole', () => {
  assert.equal(
    compare(
      { env: { A: '1', B: '2' }, secrets: { S: { fromEnv: 'S' } } },
      { env: { B: '3', C: '4' }, secrets: { S: { fromFile: 's' } } },
    ),
    [
      'env.A: "1" → undefined, machine restart, bundle live',
      'env.B: "2" → "3", machine restart, bundle live',
      'env.C: undefined → "4", machine restart, bundle live',
      'secrets.S: {"fromEnv":"S"} → {"fromFile":"s"}, machine recreate, bundle live',
    ],
  )
  assert.equal(compare({ machine: { command: ['a', 'b'] } }, { machine: { command: ['b', 'a'] } }), [
    'machine.command: ["a","b"] → ["b","a"], machine recreate, bundle live',
  ])
})

test("the order of keys doesn't matter", () => {
  assert.equal(
    compare(
      { secrets: { A: { fromEnv: 'a' }, B: { fromEnv: 'b' } } },
      { secrets: { B: { fromEnv: 'b' }, A: { fromEnv: 'a' } } },
    ),
    [],
  )
})

test('a refusal names the next step', () => {
  const [refused] = refusedChanges({ agent: 'a', network: { subnet: '10.0.0.0/24' } }, { agent: 'a' }, 'web')
  assert.equal(refused, {
    reason: 'ImmutableField',
    field: 'spec.network.subnet',
    message:
      'spec.network.subnet is immutable and was "10.0.0.0/24": put it back, or delete bottle/web and create it again',
  })
})

test.run()
