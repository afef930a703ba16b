import * as assert from 'uvu/assert'
import { createShells, shellKey } from '../../../drivers/container/shells.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('shells of images')

test('it is known of an image and of what is mounted over it, of the last ones only', () => {
  const shells = createShells()
  shells.note(shellKey('sha256:a', undefined), ['/bin/sh'])
  assert.equal(shells.of(shellKey('sha256:a', undefined)), ['/bin/sh'])
  assert.is(shells.of(shellKey('sha256:a', '/bin')), undefined)
  assert.is(shells.of(shellKey('sha256:b', undefined)), undefined)
  for (let n = 0; n < 256; n += 1) shells.note(shellKey(`sha256:${n}`, undefined), [])
  assert.is(shells.of(shellKey('sha256:a', undefined)), undefined)
  assert.equal(shells.of(shellKey('sha256:255', undefined)), [])
})

test.run()
