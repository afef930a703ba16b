import * as assert from 'uvu/assert'
import { adoptOrphans } from '../../../controller/world/adopt-orphans.ts'
import { emptySnapshot } from '../../../controller/world/snapshot.ts'
import { DriverError } from '../../../drivers/errors.ts'
import type { BottleRecord, EdgesLook } from '../../../drivers/ports.ts'
import { aNetwork, aRecord, createCalls } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('adopting orphans')

const adopt = async (
  look: EdgesLook | undefined,
  {
    halted = false,
    open = async (): Promise<void> => {},
  }: { readonly halted?: boolean; readonly open?: () => Promise<void> } = {},
) => {
  const { drivers, calls } = createCalls({ 'records.lost': [], 'firewall.last': look, 'firewall.open': open })
  const records: BottleRecord[] = [aRecord({ uid: 'u2', name: 'db', identity: 'db' })]
  const problems: string[] = []
  await adoptOrphans(
    {
      informer: { snapshot: () => ({ ...emptySnapshot, networks: [aNetwork()] }) },
      owner: 'me',
      registry: { all: () => records, add: (record) => void records.push(record) },
      drivers,
      halted: () => (halted ? {} : undefined),
    },
    (why) => problems.push(why),
  )
  return { opened: calls.filter((call) => call.startsWith('firewall.open')), records, problems }
}

test('objects without a record get one, and rules without a bottle go', async () => {
  const { opened, records } = await adopt({ may: true, closed: [], identities: ['db', 'gone', 'web'] })
  assert.equal(
    records.map(({ identity }) => identity),
    ['db', 'web'],
  )
  assert.equal(opened, ['firewall.open("gone")'])
})

test('nothing is removed where another daemon answers, where nothing may be, and where nothing is known', async () => {
  assert.equal((await adopt({ may: true, closed: [], identities: ['gone'] }, { halted: true })).opened, [])
  assert.equal((await adopt({ may: false, why: 'no' })).opened, [])
  assert.equal((await adopt(undefined)).opened, [])
})

test('rules that can not be removed are reported, and stop nothing', async () => {
  const error = new DriverError({ code: 'Failed', operation: 'write rules', detail: 'no' })
  const end = await adopt({ may: true, closed: [], identities: ['gone'] }, { open: () => Promise.reject(error) })
  assert.equal(end.problems, ['cannot write rules: no'])
})

test.run()
