import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../helpers/suite.ts'
import { DECIDE, filesIn, testOf } from './rooms.ts'

const test = suite('what decides')
const root = new URL('../..', import.meta.url).pathname
/** Types, a list, and what test/reconcilers/contract.test.ts holds every reconciler to. */
const WITHOUT = new Set([
  'controller/pass/cause.ts',
  'controller/pass/context.ts',
  'egress/git/repository.ts',
  'egress/policy.ts',
  'reconcilers/contract/reconciler.ts',
  'reconcilers/index.ts',
])

test('every file that decides has a test of its own name', () => {
  const files = DECIDE.flatMap((path) => filesIn(root, path))
  assert.ok(files.length > 40)
  assert.equal(
    files.filter((file) => !WITHOUT.has(file) && !existsSync(join(root, testOf(file)))),
    [],
  )
})

test.run()
