import * as assert from 'uvu/assert'
import { deliveries, guestSecrets, proxySecrets } from '../../../reconcilers/derive/deliveries.ts'
import { resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('deliveries')
const spec: BottleSpec = {
  agent: 'a',
  secrets: {
    NAMED: { fromFile: 'named' },
    PLAIN: { fromEnv: 'PLAIN' },
    SAID: { fromEnv: 'SAID', deliver: 'proxy' },
    KEPT: { fromEnv: 'KEPT', deliver: 'guest' },
  },
  egress: { allow: [{ host: 'a' }, { host: 'b', credential: { secret: 'NAMED', header: 'X-Key' } }] },
}

test('a secret goes to the guest, unless it says otherwise or a credential names it', () => {
  assert.equal(deliveries(spec), { NAMED: 'proxy', PLAIN: 'guest', SAID: 'proxy', KEPT: 'guest' })
  assert.equal(deliveries({ secrets: { NAMED: { fromEnv: 'A' } } }), { NAMED: 'guest' })
  assert.equal(deliveries({}), {})
})

test('each secret is either for the guest or for the proxy, with its source alone', () => {
  const resolved = resolveSpec(spec, '/base')
  assert.equal(guestSecrets(resolved), { PLAIN: { fromEnv: 'PLAIN' }, KEPT: { fromEnv: 'KEPT' } })
  assert.equal(proxySecrets(resolved), { NAMED: { fromFile: '/base/named' }, SAID: { fromEnv: 'SAID' } })
})

test.run()
