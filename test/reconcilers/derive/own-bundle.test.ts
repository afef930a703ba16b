import * as assert from 'uvu/assert'
import { isOwnBundle, ownBundle } from '../../../reconcilers/derive/own-bundle.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('own bundle')

test('our own image is known in every spelling of its name, and no other is taken for it', () => {
  for (const [reference, is] of [
    [ownBundle('1.2.3'), true],
    ['bottled/bundle', true],
    ['bottled/bundle:latest', true],
    [`bottled/bundle@sha256:${'0'.repeat(64)}`, true],
    [`bottled/bundle:1@sha256:${'0'.repeat(64)}`, true],
    ['docker.io/bottled/bundle:1', true],
    ['index.docker.io/bottled/bundle', true],
    ['registry-1.docker.io/bottled/bundle', true],
    ['registry.hub.docker.com/bottled/bundle:1', true],
    ['ghcr.io/bottled/bundle:1', false],
    ['localhost:5000/bottled/bundle', false],
    ['bottled/bundle-more:1', false],
    ['bottled/bundle/more', false],
    ['library/bottled/bundle', false],
    ['notbottled/bundle', false],
    ['xdocker.io/bottled/bundle', false],
  ] as const)
    assert.is(isOwnBundle(reference), is, reference)
})

test.run()
