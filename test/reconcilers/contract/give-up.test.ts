import * as assert from 'uvu/assert'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { giveUpPaths } from '../../../reconcilers/contract/give-up.ts'
import { aTaint } from '../../parts/a-taint.ts'
import { aRecord, aSituation, createCalls, runAll, words } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('paths that are given up')

test('a part that no longer runs gives up what it has, quietly, and only that', async () => {
  const records: Record<string, BottleRecord> = { web: aRecord({ reach: { bundle: [], machine: [] } }) }
  const situation = { ...aSituation({ record: records['web'] ?? {} }), taint: aTaint({ records }) }
  const plan = giveUpPaths(situation, 'bundle')
  if (plan?.verdict !== 'change') throw new Error('nothing to do')
  assert.equal(words(plan), ['note paths/bundle: it no longer runs'])
  assert.is(plan.steps[0]?.quiet, true)
  await runAll(plan, createCalls().drivers)
  assert.equal(records['web']?.reach, { machine: [] })
  const now = { ...situation, record: records['web'] ?? aRecord() }
  assert.is(giveUpPaths(now, 'bundle'), undefined)
  assert.ok(giveUpPaths(now, 'machine'))
  assert.is(giveUpPaths(aSituation(), 'machine'), undefined)
})

test.run()
