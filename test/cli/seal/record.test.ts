import * as assert from 'uvu/assert'
import { asideFindings } from '../../../cli/seal/finding.ts'
import { recordOf } from '../../../cli/seal/record.ts'
import type { Verdict } from '../../../cli/seal/verdict.ts'
import { proofIn, proofText } from '../../../drivers/seal-proof.ts'
import type { SealParts } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'
import { INSTALLED } from '../../parts/seal-looks.ts'

const test = suite('what of a proof is recorded')
const record = (verdict: Verdict, after: Partial<SealParts> = {}, before: Partial<SealParts> = {}) =>
  recordOf({
    verdict,
    before: { ...INSTALLED, ...before },
    after: { ...INSTALLED, ...before, ...after },
    at: '2026-01-01T00:00:00.000Z',
    host: 'ho\u001Bst',
    bottled: '0.1.0',
    edges: 'closed',
    rows: 3,
  })

test('what is proven, and what leaks, with whatever others named made harmless and readable again', () => {
  const proven = record({ kind: 'proven', rows: 3 })
  assert.equal(typeof proven === 'string' ? proven : proven.leaks, [])
  const leaks = ['container a\nb', ...Array.from({ length: 300 }, (_, at) => `x${at}`)]
  const leak = record({ kind: 'leak', leaks })
  if (typeof leak === 'string') throw new Error(leak)
  assert.is(leak.leaks.length, 200)
  assert.is(leak.leaks[0], 'container a?b')
  assert.equal(proofIn(proofText(leak)), leak)
})

test('nothing, where nothing was shown, or nobody knows of what', () => {
  assert.is(record({ kind: 'unknown', why: 'x' }), 'nothing was shown')
  assert.is(record({ kind: 'proven', rows: 3 }, { smolvm: '2.0.0' }), 'what is installed was exchanged meanwhile')
  assert.is(record({ kind: 'proven', rows: 3 }, {}, { smolvm: 'unknown' }), 'what is installed could not be told')
})

test('what was not captured or not tried is said', () => {
  const levels = (...[aside]: Parameters<typeof asideFindings>) =>
    asideFindings(aside).map(({ check, level }) => `${check} ${level}`)
  assert.equal(levels({ captured: { kind: 'captured', looks: 3, leaks: [] }, triedNames: true }), ['capture ok'])
  assert.equal(levels({ captured: { kind: 'none', why: 'x' }, triedNames: false }), ['capture warn', 'names warn'])
})

test.run()
