import * as assert from 'uvu/assert'
import { createHoldReports } from '../../../controller/pass/hold-reports.ts'
import { aRecord } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('hold reports')

test('a hold is reported once, until it changes or ends', () => {
  const warnings: string[] = []
  const reports = createHoldReports({
    warn: ({ name }, reason, message) => void warnings.push(`${name} ${reason}: ${message}`),
  })
  const report = (name: string, reason: string, message: string): readonly string[] => {
    warnings.length = 0
    reports.report(aRecord({ name }), reason, message)
    return warnings
  }
  assert.equal(report('a', 'R', 'm'), ['a R: m'])
  assert.equal(report('a', 'R', 'm'), [])
  assert.equal(report('b', 'R', 'm'), ['b R: m'])
  assert.equal(report('a', 'R', 'n'), ['a R: n'])
  assert.equal(report('a', 'S', 'n'), ['a S: n'])
  assert.equal(report('a', 'R', 'n'), ['a R: n'])
  reports.forget('a')
  assert.equal(report('a', 'R', 'n'), ['a R: n'])
  assert.equal(report('b', 'R', 'm'), [])
})

test.run()
