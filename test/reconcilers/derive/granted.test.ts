import * as assert from 'uvu/assert'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import { withGrants } from '../../../reconcilers/derive/granted.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('granted')
const ENTRY = { host: 'pypi.example' }
const GRANTS = [{ entry: ENTRY }]

test('what is granted comes after what the file allows, and takes nothing of it away', () => {
  const spec = {
    agent: 'x',
    egress: { presets: ['npm'], allow: [{ host: 'a.example' }], deny: [{ host: 'evil.example' }] },
  }
  assert.equal(withGrants(spec, GRANTS), {
    agent: 'x',
    egress: { presets: ['npm'], allow: [{ host: 'a.example' }, ENTRY], deny: [{ host: 'evil.example' }] },
  })
  assert.equal(spec.egress.allow, [{ host: 'a.example' }], 'the given spec stays')
  assert.equal(withGrants({ egress: { presets: [] } }, GRANTS).egress, { presets: [], allow: [ENTRY] })
})

test('a spec without egress, where the rules of its image count, stays without; and so does one without grants', () => {
  const without: { readonly agent: string; readonly egress?: EgressPolicy } = { agent: 'x' }
  assert.is(withGrants(without, GRANTS), without)
  const spec = { egress: { allow: [] } }
  assert.is(withGrants(spec, []), spec)
  assert.is(withGrants(spec, undefined), spec)
})

test('the same grants give the same policy for the same one of the file, and another for another', () => {
  const egress = { allow: [{ host: 'a.example' }] }
  const once = withGrants({ egress }, GRANTS).egress
  assert.is(withGrants({ egress }, GRANTS).egress, once)
  const others = withGrants({ egress: { allow: [] } }, GRANTS).egress
  assert.equal(others, { allow: [ENTRY] })
  assert.equal(withGrants({ egress }, [{ entry: { host: 'b.example' } }]).egress, {
    allow: [{ host: 'a.example' }, { host: 'b.example' }],
  })
})

test.run()
