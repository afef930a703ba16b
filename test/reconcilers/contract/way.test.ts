import * as assert from 'uvu/assert'
import { leadsOverBridge } from '../../../reconcilers/contract/way.ts'
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

test.run()
