import * as assert from 'uvu/assert'
import type { Metadata } from '../../drivers/ports.ts'
import type { Situation } from '../../reconcilers/contract/reconciler.ts'
import { metadata } from '../../reconcilers/metadata.ts'
import { NOW, aRecord, aSituation, createCalls, runAll, words } from '../parts/plans.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('metadata')
const plain: Metadata = {
  identity: 'web',
  agent_name: 'claude',
  cwd: '',
  copy_cwd: false,
  started_at: NOW,
  compose_project: '',
  backend: 'smolmachines',
}
const planOf = (situation: Situation, found?: Metadata, exists = true) =>
  metadata.plan(situation, { exists, metadata: found })
const written = async (situation: Situation, found?: Metadata): Promise<readonly string[]> => {
  const { drivers, calls } = createCalls()
  await runAll(planOf(situation, found), drivers)
  return calls
}

test('what stands in it', async () => {
  const line = (change: Partial<Metadata>): readonly string[] => [
    `records.writeMetadata(${JSON.stringify({ ...plain, ...change })})`,
  ]
  const before = '2025-01-01T00:00:00Z'
  for (const [what, situation, found, change] of [
    ['at first', aSituation(), undefined, {}],
    ['set once', aSituation(), { ...plain, agent_name: 'x', started_at: before }, { started_at: before }],
    [
      'a copied workspace',
      aSituation({ spec: { workspace: { path: 'w', mode: 'copy' } } }),
      plain,
      { cwd: '/base/w', copy_cwd: true },
    ],
    ['a mounted workspace', aSituation({ spec: { workspace: { path: 'w', mode: 'mount' } } }), undefined, {}],
    ['another agent', aSituation({ spec: { agent: 'other' } }), plain, { agent_name: 'other' }],
  ] as const)
    assert.equal(await written(situation, found), line(change), what)
})

test('it is made, kept current, and forgotten last', async () => {
  const up = aSituation()
  assert.equal(words(planOf(up, undefined, false)), ['create record/web: it does not exist'])
  assert.equal(words(planOf(up, { ...plain, agent_name: 'x' })), ['update record/web: it differs from the spec'])
  assert.equal(words(planOf(up, plain)), [`settled {"startedAt":"${NOW}"}`])
  assert.equal(words(planOf(aSituation({ spec: 'none' }), { ...plain, agent_name: 'x' })), [
    `settled {"startedAt":"${NOW}"}`,
  ])
  const down = aSituation({ goal: 'down' })
  assert.equal(words(planOf(down, { ...plain, agent_name: 'x' })), [`settled {"startedAt":"${NOW}"}`])
  assert.equal(words(planOf(down)), ['settled {}'])
  const gone = aSituation({ goal: 'gone' })
  assert.equal(words(planOf(gone, plain)), ['forget record/web: everything it describes is gone'])
  assert.equal(words(planOf(gone, undefined, false)), ['settled {}'])
  assert.equal(await written(gone, plain), ['authorities.remove("web")', 'records.remove("web")'])
})

test('its condition is MetadataReady', () => assert.is(metadata.name, 'metadata'))

test('record and metadata are looked at', async () => {
  for (const [record, exists] of [
    [aRecord(), true],
    [undefined, false],
  ] as const) {
    const { drivers } = createCalls({ 'records.read': record, 'records.readMetadata': plain })
    const seen = await metadata.observe(aSituation(), drivers, new AbortController().signal)
    assert.equal(seen, { exists, metadata: plain })
  }
})

test.run()
