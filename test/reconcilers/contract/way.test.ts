import * as assert from 'uvu/assert'
import { leadsOverBridge, wayToBundle } from '../../../reconcilers/contract/way.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('the way to a bundle')

test('it leads over the bridge if this host would speak from the gateway of the network, and by that alone', async () => {
  for (const [source, leads] of [
    ['192.168.9.1', true],
    ['192.168.9.3', false],
    ['10.0.2.15', false],
    [undefined, false],
  ] as const) {
    const asked: string[] = []
    const host = {
      source: async (ip: string) => {
        asked.push(ip)
        return source
      },
    }
    assert.is(await leadsOverBridge(host, '192.168.9.0/24'), leads, source)
    assert.equal(asked, ['192.168.9.2'])
  }
})

test('without it an agent in a container is reached from inside, and a VM not at all', async () => {
  const bottle = { spec: undefined, settings: {} }
  const contained = { ...bottle, record: { machine: { runtime: 'container' } } } as const
  for (const [source, kind, way] of [
    ['192.168.9.1', contained, 'bridge'],
    ['10.0.2.15', contained, 'inside'],
    [undefined, contained, 'inside'],
    ['10.0.2.15', { ...bottle, record: { machine: {} } }, 'none'],
  ] as const)
    assert.is(await wayToBundle({ source: async () => source }, '192.168.9.0/24', kind), way)
})

test.run()
