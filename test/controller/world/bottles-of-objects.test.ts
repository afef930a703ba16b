import * as assert from 'uvu/assert'
import { bottlesOfObjects } from '../../../controller/world/bottles-of-objects.ts'
import { aRecord } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottles of objects')

test('the bottles with records whose objects these are', () => {
  const records = new Map([
    ['web', aRecord({ name: 'Web' })],
    ['web-bundle', aRecord({ name: 'Other' })],
  ])
  const read = (identity: string) => records.get(identity)
  for (const [objects, names] of [
    [[], []],
    [['bottle-web'], ['Web']],
    [['bottle-web-bundle'], ['Other', 'Web']],
    [
      ['bottle-web', 'bottle-web-bundle'],
      ['Web', 'Other'],
    ],
    [['bottle-nobody', 'bridge', 'bottle-A'], []],
  ] as const)
    assert.equal([...bottlesOfObjects(new Set(objects), { read })], names)
})

test.run()
