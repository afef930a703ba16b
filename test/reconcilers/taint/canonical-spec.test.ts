import * as assert from 'uvu/assert'
import { resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import { canonicalSpec } from '../../../reconcilers/taint/canonical-spec.ts'
import { use } from '../../parts/uses.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('a spec with canonical paths')

test('each path is replaced by where it leads; what is no path stays', () => {
  const spec = resolveSpec(
    {
      agent: 'a',
      workspace: { path: '/w', mode: 'copy' },
      secrets: { FILE: { fromFile: '/s' }, ENV: { fromEnv: '/w' } },
      bundle: { mounts: [{ source: '/m', target: '/w' }] },
      machine: { artifact: '/x' },
    },
    '/',
  )
  const led = canonicalSpec(
    spec,
    ['/w', '/s', '/m', '/x'].map((path) => use('mount', `/real${path}`, { path })),
  )
  assert.equal(led, {
    ...spec,
    workspace: { path: '/real/w', mode: 'copy', guestPath: '/workspace' },
    secrets: { FILE: { fromFile: '/real/s', deliver: 'guest' }, ENV: { fromEnv: '/w', deliver: 'guest' } },
    bundle: { ...spec.bundle, mounts: [{ source: '/real/m', target: '/w', readOnly: true }] },
    machine: { ...spec.machine, artifact: '/real/x' },
  })
  const image = (name: string) =>
    canonicalSpec(resolveSpec({ agent: 'a', machine: { image: name } }, '/'), [
      use('image', '/real.tar', { path: '/i.tar' }),
      use('image', '/never', { path: 'ghcr.io/a/b' }),
    ]).machine.image
  assert.is(image('/i.tar'), '/real.tar')
  assert.is(image('ghcr.io/a/b'), 'ghcr.io/a/b')
  const plain = resolveSpec({ agent: 'a' }, '/')
  assert.equal(canonicalSpec(plain, []), plain)
  assert.equal(canonicalSpec(spec, []), spec)
})

test.run()
