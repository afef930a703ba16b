import * as assert from 'uvu/assert'
import { resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import { heldIn, heldSpec, holdsAll } from '../../../reconcilers/taint/held.ts'
import { use } from '../../parts/uses.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what a part was started with')

test('each path of the spec must be held in the same role, as written', () => {
  const spec = resolveSpec({ agent: 'a', workspace: { path: '/w', mode: 'mount' } }, '/')
  for (const [kept, all] of [
    [[use('mount', '/real', { path: '/w' })], true],
    [[use('rw', '/x'), use('mount', '/w')], true],
    [[use('copy', '/w')], false],
    [[use('rw', '/w')], false],
    [[use('mount', '/w', { path: '/other' })], false],
    [[], false],
    [undefined, false],
    ['torn', false],
  ] as const)
    assert.is(holdsAll(spec, kept), all, JSON.stringify(kept))
  assert.ok(holdsAll(resolveSpec({ agent: 'a' }, '/'), undefined))
  assert.equal(heldIn({ not: 'a list' }), [])
  assert.is(heldSpec(spec, [use('mount', '/real', { path: '/w' })]).workspace?.path, '/real')
  assert.is(heldSpec(spec, undefined).workspace?.path, '/w')
})

test.run()
