import * as assert from 'uvu/assert'
import { refuseWithoutRecord } from '../../../controller/pass/refuse.ts'
import { specHash } from '../../../controller/document/spec-hash.ts'
import { bottleText, createPassParts } from '../../parts/pass-parts.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('refusal without a record')
const own = specHash({ agent: 'claude' })

const refuse = async (options: { readonly status?: object; readonly hash?: string; readonly text?: string }) => {
  const rig = await createPassParts()
  rig.put('web.yaml', options.text ?? bottleText('web'))
  const [document] = rig.store.documents('web')
  if (document === undefined) throw new Error('no document')
  const told: unknown[] = []
  rig.parts.announcer = {
    ...rig.parts.announcer,
    status: (subject, before, after) => void told.push(subject, before, after),
  }
  const refusal = { reason: 'DuplicateName', message: 'twice', hash: options.hash }
  await refuseWithoutRecord(rig.parts, { ...document, status: options.status }, refusal)
  return { status: rig.statuses[0], log: rig.log, told }
}

test('the document is told why, with a status that has no uid', async () => {
  const { status, log, told } = await refuse({})
  const seen = { observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z' }
  assert.equal(status, {
    phase: 'Invalid',
    observedGeneration: 1,
    specHash: own,
    conditions: [
      { type: 'Accepted', status: 'False', reason: 'DuplicateName', message: 'twice', ...seen },
      { type: 'Ready', status: 'False', reason: 'DuplicateName', message: 'twice', ...seen },
      { type: 'Stalled', status: 'True', reason: 'DuplicateName', message: 'twice', ...seen },
      { type: 'ThingReady', status: 'Unknown', reason: 'WaitingForThing', message: '', ...seen },
    ].map((condition) => (condition.type === 'ThingReady' ? { ...condition, reason: 'NotObserved' } : condition)),
  })
  assert.equal(log, ['status Invalid of nobody to web.yaml#0'])
  assert.equal(told, [{ name: 'web', identity: undefined }, undefined, status])
})

test('its own last status serves as memory for generation and times', async () => {
  const old = '2025-01-01T00:00:00Z'
  const conditions = [{ type: 'Accepted', status: 'False', reason: 'x', message: '', lastTransitionTime: old }]
  for (const [what, status, hash, generation] of [
    ['the same spec', { specHash: own, observedGeneration: 4, conditions }, undefined, 4],
    ['the same, without a generation', { specHash: own, conditions }, undefined, 1],
    ['another spec', { specHash: 'x', observedGeneration: 4, conditions }, undefined, 5],
    ['another, without a generation', { specHash: 'x', conditions }, undefined, 1],
    ['the hash it is told', { specHash: 'told', observedGeneration: 4, conditions }, 'told', 4],
  ] as const) {
    const end = await refuse({ status, ...(hash === undefined ? {} : { hash }) })
    assert.is(end.status?.observedGeneration, generation, what)
    assert.is(end.status?.specHash, hash ?? own, what)
    assert.is(end.status?.conditions?.find(({ type }) => type === 'Accepted')?.lastTransitionTime, old, what)
  }
})

test('what a copied file says of another bottle is not kept', async () => {
  const { status } = await refuse({
    status: { uid: 'u', network: { name: 'n' }, startedAt: 'x', machine: { name: 'm' }, conditions: [] },
  })
  assert.equal(Object.keys(status ?? {}), ['phase', 'observedGeneration', 'specHash', 'conditions'])
})

test('a spec without a hash of its own has that of nothing', async () => {
  const { status } = await refuse({ text: bottleText('web', 'agent: .inf') })
  assert.is(status?.specHash, specHash(null))
})

test.run()
