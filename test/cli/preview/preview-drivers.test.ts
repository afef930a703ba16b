import * as assert from 'uvu/assert'
import { previewDrivers } from '../../../cli/preview/preview-drivers.ts'
import type { BottleRecord, Secrets } from '../../../drivers/ports.ts'
import { compiledEgress } from '../../../reconcilers/derive/compiled-egress.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { aContainer, aRecord } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('drivers of a preview')
const run = { identity: 'web', container: 'c1', startedAt: undefined }
const spec: BottleSpec = { agent: 'a', egress: { presets: ['npm'] } }
const compiled = compiledEgress({ presets: ['npm'] })

const statusOf = async (change: Partial<BottleRecord>): Promise<unknown> => {
  const { drivers } = previewDrivers({
    lists: { networks: [], containers: [aContainer()], machines: [], images: [], routes: [], mtu: 1500 },
    record: { ...aRecord(), ...change },
    metadata: undefined,
    guestFolder: (identity) => `/guests/${identity}`,
    secrets: {} as Secrets,
    now: 0,
  })
  return (await drivers.bundles.status(run)).outcome
}

test('a bundle has the policy that was applied, if its condition says so', async () => {
  const applied = { generation: 1, hash: '', spec }
  const status = { conditions: [{ type: 'EgressEnforced', status: 'True' }] }
  const nothing = { kind: 'loaded', hash: null }
  assert.ok(compiled.ok)
  assert.equal(await statusOf({ applied, status }), { kind: 'loaded', hash: compiled.hash })
  assert.equal(await statusOf({ applied }), nothing)
  assert.equal(await statusOf({ status }), nothing)
  assert.equal(await statusOf({ status, applied: { ...applied, spec: { agent: 'a' } } }), nothing)
})

test.run()
