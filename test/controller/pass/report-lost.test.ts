import * as assert from 'uvu/assert'
import type { Context } from '../../../controller/pass/context.ts'
import { reportLost } from '../../../controller/pass/report-lost.ts'
import type { LostRecord } from '../../../drivers/ports.ts'
import { bottleText, createPassParts } from '../../parts/pass-parts.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('lost records')
const lost = (identity: string) => ({ identity, path: `${identity}.bad`, why: 'torn' })
const withLost = (parts: Context, records: readonly LostRecord[]): Context => ({
  ...parts,
  drivers: { ...parts.drivers, records: { ...parts.drivers.records, lost: () => records } },
})
const says = (name: string, identity: string, now: string): string =>
  `warn ${name} RecordLost: its record could not be read (torn) and is kept as ${identity}.bad; its subnet, the keys of its environment and what else only the record knew are lost; ${now}`

test('each is reported by the name of its bottle, with what became of what it owned', async () => {
  const rig = await createPassParts([
    { name: 'Web', identity: 'web' },
    { name: 'Db', identity: 'db', uid: 'u2' },
  ])
  rig.put('a.yaml', bottleText('Web', 'agent: claude, identity: web'))
  rig.put('b.yaml', bottleText('newer', 'agent: claude, identity: new'))
  rig.put('c.yaml', bottleText('broken', 'agent: 1'))
  reportLost(withLost(rig.parts, [lost('web'), lost('db'), lost('new'), lost('nobody'), lost('broken')]))
  const none = 'nothing that it owned was found'
  assert.equal(rig.log, [
    says('Web', 'web', 'what it owned is adopted by its labels'),
    says('Db', 'db', 'its document is gone and what it owned runs on: bottlectl delete bottle Db --purge removes it'),
    says('newer', 'new', none),
    says('nobody', 'nobody', none),
    says('broken', 'broken', none),
  ])
})

test('a bottle whose document is not valid has a document all the same', async () => {
  const rig = await createPassParts([{ name: 'broken', identity: 'broken' }])
  rig.put('c.yaml', bottleText('broken', 'agent: 1'))
  reportLost(withLost(rig.parts, [lost('broken')]))
  assert.equal(rig.log, [says('broken', 'broken', 'what it owned is adopted by its labels')])
})

test('without lost records nothing is said', async () => {
  const rig = await createPassParts()
  reportLost(withLost(rig.parts, []))
  assert.equal(rig.log, [])
})

test.run()
