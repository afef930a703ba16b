import * as assert from 'uvu/assert'
import type { ProbeResult } from '../../../drivers/ports.ts'
import { bundle } from '../../../reconcilers/bundle/bundle.ts'
import { aSituation, createCalls } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('pulse of the bundle')
const SUBNET = '192.168.9.0/24'
const closed: ProbeResult = { ok: false, kind: 'Refused', message: '' }

const pulse = async (
  change: Parameters<typeof aSituation>[0] = {},
  answers: {
    readonly source?: string | undefined
    readonly answer?: ProbeResult | ((asked: { readonly port: string }) => ProbeResult)
  } = {},
) => {
  const world = { source: '192.168.9.1', answer: { ok: true }, ...answers }
  const { drivers, calls } = createCalls({ 'host.source': world.source, 'probes.ask': world.answer })
  const situation = aSituation({ record: { subnet: SUBNET }, upstream: {}, ...change })
  const beats = await bundle.pulse?.(situation, drivers, new AbortController().signal)
  return { beats, calls: calls.map((call) => call.replace(/,\{\}\)$/, ')')) }
}

test('it beats while the way leads over our bridge and every port answers; the way is looked at first', async () => {
  const { beats, calls } = await pulse({ spec: { git: true, supervise: true } })
  assert.is(beats, true)
  assert.equal(
    calls.map((call) => call.replace(/"thorough":\w+/, '…')),
    [
      'host.source("192.168.9.2")',
      'probes.ask({"ip":"192.168.9.2","port":"proxy",…})',
      'probes.ask({"ip":"192.168.9.2","port":"git",…})',
      'probes.ask({"ip":"192.168.9.2","port":"supervise",…})',
    ],
  )
})

test('by another way nobody is asked, as a stranger may answer', async () => {
  for (const source of ['10.0.0.5', undefined]) {
    const { beats, calls } = await pulse({}, { source })
    assert.equal([beats, calls.length], [false, 1])
  }
})

test('a port that does not answer ends it', async () => {
  assert.is((await pulse({}, { answer: closed })).beats, false)
  const closedGit = ({ port }: { readonly port: string }): ProbeResult => (port === 'git' ? closed : { ok: true })
  assert.is((await pulse({ spec: { git: true } }, { answer: closedGit })).beats, false)
})

test('without a subnet nothing can be told; on the way down nothing is asked', async () => {
  assert.equal(await pulse({ record: {} }), { beats: false, calls: [] })
  assert.equal(await pulse({ goal: 'down' }), { beats: true, calls: [] })
})

test.run()
