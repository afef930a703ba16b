import * as assert from 'uvu/assert'
import { publish } from '../../../controller/pass/publish.ts'
import { settled } from '../../../reconcilers/contract/reconciler.ts'
import { aRecord } from '../../parts/plans.ts'
import { bottleText, createPassParts } from '../../parts/pass-parts.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('publish')
const spec = { agent: 'claude' }
const outcome = {
  refusal: undefined,
  goal: 'up',
  verdicts: new Map([['thing', settled({ name: 'x' })]]),
  slow: undefined,
  halted: undefined,
} as const

test('events come first, compared with the record as it is now, then the record, then the file', async () => {
  const rig = await createPassParts([{ spec, everReady: true, status: { phase: 'Pending' } }])
  rig.put('web.yaml', bottleText('web'))
  const [document] = rig.store.documents('web')
  const order: unknown[] = []
  rig.parts.announcer = {
    ...rig.parts.announcer,
    status: ({ name }, before, after) => void order.push(name, before, after.phase, rig.records.read('web')?.status),
  }
  const status = await publish(rig.parts, { ...outcome, record: aRecord({ spec }), document })
  assert.equal(order, ['web', { phase: 'Pending' }, 'Ready', { phase: 'Pending' }])
  assert.equal(rig.records.read('web')?.status, status)
  assert.equal(rig.log, ['status Ready of web to web.yaml#0'])
  assert.equal(
    [status.phase, status.conditions?.map(({ type }) => type)],
    ['Ready', ['Accepted', 'Ready', 'ThingReady']],
  )
})

test('without a document there is the record, without a record there is the answer', async () => {
  const rig = await createPassParts([{ spec }])
  const status = await publish(rig.parts, { ...outcome, record: aRecord({ spec }), document: undefined })
  assert.equal([rig.records.read('web')?.status, rig.log], [status, []])
  const gone = await createPassParts()
  const last = await publish(gone.parts, { ...outcome, record: aRecord({ spec, uid: 'u9' }), document: undefined })
  assert.equal([last.uid, gone.records.read('web')], ['u9', undefined])
})

test.run()
