import * as assert from 'uvu/assert'
import { duplicatesOf, judge } from '../../../controller/pass/judge.ts'
import type { Judgement } from '../../../controller/pass/judge.ts'
import { parseFile } from '../../../controller/document/parse.ts'
import { specHash } from '../../../controller/document/spec-hash.ts'
import { createStore } from '../../../controller/feed/store.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('judge')

const judged = (text: string): Judgement => {
  const store = createStore()
  const path = 'a.yaml'
  store.put(path, { sha256: text, text, parsed: parseFile({ path, text }) })
  return judge({
    name: 'x',
    documents: store.documents('x'),
    record: undefined,
    holder: () => undefined,
    unclear: store.unclear(),
  })
}

const bottle = (spec: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: x}\nspec:\n  ${spec}\n`

test('an invalid spec has its hash reported, so that a reader sees which one was refused', () => {
  const verdict = judged(bottle('agent: claude\n  git: perhaps'))
  assert.is(verdict.kind, 'refused')
  assert.is(verdict.kind === 'refused' && verdict.hash, specHash({ agent: 'claude', git: 'perhaps' }))
})

test('a spec that JSON can not express has no hash', () => {
  const verdict = judged(bottle('agent: .inf'))
  assert.is(verdict.kind === 'refused' && verdict.hash, undefined)
})

test('of several mistakes a misspelled key is reported first, wherever it is', () => {
  const verdict = judged(bottle('agnet: claude'))
  assert.match(verdict.kind === 'refused' ? verdict.message : '', /^a\.yaml:5:3: .*agnet.*did you mean "agent"/)
})

test('a duplicate is told where its name is already defined, also in the same file', () => {
  const store = createStore()
  const text = `${bottle('agent: claude')}---\n${bottle('agent: other')}`
  store.put('a.yaml', { sha256: text, text, parsed: parseFile({ path: 'a.yaml', text }) })
  assert.equal(
    duplicatesOf(store.documents('x'), undefined).map(({ document, message }) => [document.index, message]),
    [[1, 'bottle/x is already defined in a.yaml:1: rename or remove one of the two']],
  )
  assert.equal(duplicatesOf(store.documents('x').slice(0, 1), undefined), [])
})

test.run()
