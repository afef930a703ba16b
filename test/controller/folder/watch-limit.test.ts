import * as assert from 'uvu/assert'
import { createWatchLimits, wordsOfLimit } from '../../../controller/folder/watch-limit.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('the limits of watching')

const failure = (code: string, path: string): Error => Object.assign(new Error(code), { code, path })

test('a folder counts once, and another error is no limit', () => {
  const limits = createWatchLimits({ monotonicMs: () => 0 }, () => 20)
  assert.not.ok(limits.note(failure('EACCES', '/r/a')))
  assert.is(limits.current(), undefined)
  for (const path of ['/r/a', '/r/b', '/r/a']) assert.ok(limits.note(failure('ENOSPC', path)))
  assert.equal(limits.current(), { name: 'fs.inotify.max_user_watches', value: 20, folders: 2 })
  limits.clear()
  assert.is(limits.current(), undefined)
})

test('another try is made when the limit is another one, and else after ten minutes', () => {
  let value = 128
  let now = 5_000
  const limits = createWatchLimits({ monotonicMs: () => now }, () => value)
  assert.not.ok(limits.isLifted())
  limits.note(failure('EMFILE', '/r'))
  assert.not.ok(limits.isLifted())
  now += 600_000
  assert.ok(limits.isLifted())
  limits.clear()
  limits.note(failure('EMFILE', '/r'))
  value = 256
  assert.ok(limits.isLifted())
})

test('the limit of a user namespace is named where it is the lower one', () => {
  const limits = createWatchLimits({ monotonicMs: () => 0 }, (name) =>
    name === 'user.max_inotify_instances' ? 5 : 128,
  )
  limits.note(failure('EMFILE', '/r'))
  limits.note(failure('EMFILE', '/r/a'))
  assert.equal(limits.current(), { name: 'user.max_inotify_instances', value: 5, folders: 2 })
})

test('where the kernel names no limit, the error is none', () => {
  const limits = createWatchLimits({ monotonicMs: () => 0 }, () => Infinity)
  assert.not.ok(limits.note(failure('EMFILE', '/r')))
  assert.is(limits.current(), undefined)
})

test('the words name the limit, the folders, the delay and the command', () => {
  assert.is(
    wordsOfLimit({ name: 'fs.inotify.max_user_watches', value: 8192, folders: 3000 }, 2_400),
    'fs.inotify.max_user_watches is 8192: 3000 folders have no watch, so changes there are noticed within 3 s; lift it: sysctl fs.inotify.max_user_watches=16384',
  )
})

test.run()
