import * as assert from 'uvu/assert'
import { createRegistry } from '../../../controller/pass/registry.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { aRecord } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('registry')

test('records are found by name, and a deleted bottle leaves its uid', () => {
  const records = new Map<string, BottleRecord>()
  const registry = createRegistry({ read: (identity) => records.get(identity) })
  const web = aRecord({ name: 'Web', identity: 'web' })
  const db = aRecord({ name: 'Db', identity: 'db', uid: 'u2' })
  assert.equal([registry.byName('Web'), registry.all(), registry.deletedUid('Web')], [undefined, [], undefined])
  for (const record of [web, db]) {
    records.set(record.identity, record)
    registry.add(record)
  }
  assert.is(registry.byName('Web'), web)
  assert.is(registry.byName('web'), undefined)
  assert.equal([registry.all(), registry.size()], [[web, db], 2])
  records.delete('web')
  assert.equal([registry.byName('Web'), registry.all()], [undefined, [db]])
  registry.forget(db)
  assert.is(registry.size(), 1)
  assert.equal([registry.byName('Db'), registry.all(), registry.deletedUid('Db')], [undefined, [], 'u2'])
  registry.add(db)
  assert.equal([registry.byName('Db'), registry.deletedUid('Db')], [db, undefined])
})

test.run()
