import * as assert from 'uvu/assert'
import { resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import { toldSecrets } from '../../../reconcilers/derive/told-secrets.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('told secrets')
const secrets = {
  NAMED: { fromFile: '/named' },
  UNNAMED: { fromEnv: 'UNNAMED', deliver: 'proxy' },
  GUEST: { fromEnv: 'GUEST' },
} as const
const allow = [{ host: 'a', credential: { secret: 'NAMED', header: 'X-Key' } }]

test('a bundle is told what a credential names, and nothing else', () => {
  assert.equal(toldSecrets(resolveSpec({ agent: 'a', secrets, egress: { allow } }, '/')), {
    NAMED: { fromFile: '/named' },
  })
  assert.equal(toldSecrets(resolveSpec({ agent: 'a', secrets }, '/')), {})
  assert.equal(toldSecrets(resolveSpec({ agent: 'a', secrets, egress: { allow, presets: ['gone'] } }, '/')), {})
})

test.run()
