import * as assert from 'uvu/assert'
import { isNotThere, isWithoutTar, packArgs, whyOf } from '../../../cli/inside/packer.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('packer')

test('a name that looks like an option is a file', () => {
  assert.equal(packArgs('/w/-rf').slice(-1), ['./-rf'])
  assert.equal(packArgs('/out'), ['tar', '-C', '/', '-cf', '-', './out'])
})

test('what a program says is told from what it says at the end of everything', () => {
  const gnu =
    'tar: ./nope: Cannot stat: No such file or directory\ntar: Exiting with failure status due to previous errors\n'
  assert.is(whyOf(gnu), 'tar: ./nope: Cannot stat: No such file or directory')
  assert.is(whyOf('Error: agent operation failed: no answer\n'), 'agent operation failed: no answer')
  assert.is(whyOf('a\nb\nc\nd\n'), 'a; b; c')
  assert.is(whyOf(''), '')
  assert.ok(isNotThere('/w/nope', gnu))
  assert.ok(isNotThere('/w/nope', "tar: can't change directory to '/w': No such file or directory"))
  assert.not.ok(isNotThere('/w/out', 'tar: ./out/gone: File removed before we read it: No such file or directory'))
  assert.not.ok(isNotThere('/w/out', 'tar: ./out: Permission denied'))
})

test('a guest without tar is told from a tar that fails', () => {
  assert.ok(isWithoutTar(127, ''))
  assert.ok(isWithoutTar(1, 'executable file `tar` not found in $PATH: No such file or directory'))
  assert.not.ok(isWithoutTar(1, 'tar: ./x: No such file or directory'))
  assert.not.ok(isWithoutTar(2, ''))
})

test.run()
