import * as assert from 'uvu/assert'
import { specHash } from '../../controller/document/spec-hash.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import type { Client } from '../helpers/client.ts'
import { createClient } from '../helpers/client.ts'
import { attacks } from './attack.ts'

const attack = attacks('forged-status')
const AIM = 'a wait that succeeds, a bottle that looks ready'
const SINCE = '2026-11-24T11:00:00Z'

const readyStatus = (uid: string): BottleStatus => ({
  phase: 'Ready',
  observedGeneration: 1,
  specHash: specHash({ agent: 'claude' }),
  uid,
  startedAt: SINCE,
  conditions: ['Accepted', 'BundleReady', 'MachineReady', 'MetadataReady', 'NetworkReady', 'Ready'].map((type) => ({
    type,
    status: 'True',
    reason: 'AllReady',
    message: '',
    observedGeneration: 1,
    lastTransitionTime: SINCE,
  })),
})

const withForged = async (status: BottleStatus, body: (client: Client) => Promise<void>): Promise<void> => {
  const client = await createClient()
  try {
    const document = { apiVersion: 'bottled.dev/v1alpha1', kind: 'Bottle', metadata: { name: 'a' } }
    await client.file('a.yaml', JSON.stringify({ ...document, spec: { agent: 'claude' }, status }))
    await body(client)
  } finally {
    await client.remove()
  }
}

const WAITS = [
  ['--for=condition=Ready'],
  ['--for=condition=MachineReady=True'],
  ['--for=jsonpath={.status.phase}=Ready'],
]
const isNotBelieved = async (client: Client): Promise<void> => {
  for (const condition of WAITS) {
    const waited = await client.run('wait', 'bottle', 'a', ...condition, '--timeout', '1s')
    assert.is(waited.exitCode, 4, `${condition.join(' ')}: ${waited.out}${waited.err}`)
  }
  const shown = await client.run('get', 'bottles')
  assert.not.match(shown.out, /Ready\s*claude|True/)
  assert.match(shown.err, "not from this root's controller")
  const json = JSON.parse((await client.run('get', 'bottle', 'a', '-o', 'json')).out) as { readonly status?: object }
  assert.equal(Object.keys(json.status ?? {}), [])
  assert.not.match((await client.run('describe', 'bottle', 'a')).out, 'AllReady')
}

attack(
  {
    party: 'author',
    aim: AIM,
    way: 'a status with every condition True and the right hash, where no controller ever ran',
    seen: 'every wait times out, get and describe leave it out and say why',
    enforcedBy: 'bottlectl',
  },
  () => withForged(readyStatus('0198'), isNotBelieved),
)

attack(
  {
    party: 'author',
    aim: AIM,
    way: 'the same beside a record of another uid',
    seen: 'the same: what counts is the uid of the record',
    enforcedBy: 'bottlectl',
  },
  () =>
    withForged(readyStatus('forged'), async (client) => {
      await client.record('a', { ...readyStatus('true'), phase: 'Provisioning', conditions: [] })
      await isNotBelieved(client)
    }),
)

attack(
  {
    party: 'author',
    aim: AIM,
    way: 'a ready status with the uid of the record, copied from it, while the record says otherwise',
    seen: 'what the record says is shown',
    enforcedBy: 'bottlectl',
  },
  () =>
    withForged(readyStatus('true'), async (client) => {
      const { conditions } = readyStatus('true')
      const honest = conditions.map((each) => ({ ...each, status: 'False' as const, reason: 'Away' }))
      await client.record('a', { ...readyStatus('true'), phase: 'Degraded', conditions: honest })
      const waited = await client.run('wait', 'bottle', 'a', '--for=condition=Ready', '--timeout', '1s')
      assert.is(waited.exitCode, 4)
      assert.match((await client.run('get', 'bottles')).out, 'Degraded')
    }),
)

attack(
  {
    party: 'author',
    aim: AIM,
    way: 'another name with the identity of a ready bottle, and its status',
    seen: 'the record of the other bottle does not speak for it',
    enforcedBy: 'bottlectl',
  },
  () =>
    withForged(readyStatus('true'), async (client) => {
      await client.record('a', readyStatus('true'), { name: 'other' })
      await isNotBelieved(client)
    }),
)

attack.run()
