import * as assert from 'uvu/assert'
import type { AskContent } from '../../../egress/asks/content.ts'
import { keyOf } from '../../../egress/asks/key.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('which asks are one')
const egress: AskContent = { kind: 'egress', host: 'a.example', port: 443, why: 'w' }
const question: AskContent = { kind: 'question', question: 'q', choices: ['a', 'b'] }
const permission: AskContent = { kind: 'permission', tool: 't', input: 'i', digest: 'd', bytes: 1 }
const push: AskContent = { kind: 'push', repository: 'r', url: 'u', ref: 'b', commit: 'c', summary: 's' }

test('why, for how long, and what is only shown makes no other ask', () => {
  assert.is(keyOf(egress), keyOf({ ...egress, why: 'other', minutes: 5 }))
  assert.is(keyOf(permission), keyOf({ ...permission, input: 'cut', bytes: 2 }))
  assert.is(keyOf(push), keyOf({ ...push, summary: 'other' }))
  assert.match(keyOf(egress), /^[0-9a-f]{64}$/)
})

test('all else does', () => {
  const all: readonly AskContent[] = [
    egress,
    { ...egress, host: 'b.example' },
    { ...egress, port: 80 },
    { ...egress, method: 'GET' },
    { ...egress, path: '/GET' },
    question,
    { kind: 'question', question: 'q' },
    { ...question, choices: ['b', 'a'] },
    permission,
    { ...permission, tool: 'u' },
    { ...permission, digest: 'e' },
    push,
    { ...push, repository: 's' },
    { ...push, url: 'v' },
    { ...push, ref: 'c' },
    { ...push, commit: 'd' },
  ]
  assert.is(new Set(all.map(keyOf)).size, all.length)
})

test.run()
