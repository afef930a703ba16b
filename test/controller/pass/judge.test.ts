import * as assert from 'uvu/assert'
import { duplicatesOf, judge } from '../../../controller/pass/judge.ts'
import type { Judgement } from '../../../controller/pass/judge.ts'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import { parseFile } from '../../../controller/document/parse.ts'
import { specHash } from '../../../controller/document/spec-hash.ts'
import { createStore } from '../../../controller/feed/store.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { aRecord } from '../../parts/plans.ts'
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

test('a duplicate names the place where its name is already defined, also in the same file', () => {
  const store = createStore()
  const text = `${bottle('agent: claude')}---\n${bottle('agent: other')}`
  store.put('a.yaml', { sha256: text, text, parsed: parseFile({ path: 'a.yaml', text }) })
  assert.equal(
    duplicatesOf(store.documents('x'), undefined).map(({ document, message }) => [document.index, message]),
    [[1, 'bottle/x is already defined in a.yaml:1: rename or remove one of the two']],
  )
  assert.equal(duplicatesOf(store.documents('x').slice(0, 1), undefined), [])
})

const facts = (texts: Readonly<Record<string, string>>, record?: Partial<BottleRecord>) => {
  const store = createStore()
  for (const [path, text] of Object.entries(texts)) {
    if (text === 'own') store.putUnreadable(path, { why: 'too large', mayHold: 'own' })
    else if (text === 'unreadable') store.putUnreadable(path, { why: 'no permission' })
    else store.put(path, { sha256: text, text, parsed: parseFile({ path, text }) })
  }
  return {
    name: 'x',
    documents: store.documents('x'),
    record: record === undefined ? undefined : aRecord({ name: 'x', identity: 'x', file: 'a.yaml', ...record }),
    holder: (): BottleRecord | undefined => undefined,
    unclear: store.unclear(),
  }
}
const good = bottle('agent: claude')

test('a name counts as absent only where nothing unclear could hold it', () => {
  const broken = 'kind: [\n# x was moved in here'
  for (const [what, texts, record, hiding] of [
    ['nothing', {}, {}, undefined],
    ['another file', { 'b.yaml': good.replace('name: x', 'name: y') }, {}, undefined],
    ['its own file is broken', { 'a.yaml': 'kind: [' }, {}, 'a.yaml'],
    ['another broken file', { 'b.yaml': 'kind: [' }, {}, undefined],
    ['another broken file that mentions it', { 'b.yaml': broken }, {}, 'b.yaml'],
    ['one that can not be read', { 'b.yaml': 'unreadable' }, {}, 'b.yaml'],
    ['both: its own tells', { '0.yaml': broken, 'a.yaml': 'kind: [' }, {}, 'a.yaml'],
    ['a file that can only hold what it held', { 'b.yaml': 'own' }, {}, undefined],
    ['the same, its own file', { 'a.yaml': 'own' }, {}, 'a.yaml'],
    ['the same, of a bottle whose file is not known', { 'b.yaml': 'own' }, { file: '' }, 'b.yaml'],
    ['the same, without a record', { 'a.yaml': 'own' }, undefined, undefined],
    ['without a record', { 'b.yaml': broken }, undefined, 'b.yaml'],
  ] as const) {
    const judgement = judge(facts(texts, record))
    assert.is(judgement.kind, hiding === undefined ? 'absent' : 'unknown', what)
    assert.is(judgement.kind === 'unknown' ? judgement.unclear.path : undefined, hiding, what)
  }
})

test('the document in the file that the record knows owns the name, else the first', () => {
  const both = { 'a.yaml': good, 'b.yaml': bottle('agent: other') }
  const pathOf = (judgement: Judgement): string | undefined =>
    judgement.kind === 'accepted' ? judgement.document.path : undefined
  assert.is(pathOf(judge(facts(both, { file: 'b.yaml' }))), 'b.yaml')
  assert.is(pathOf(judge(facts(both, { file: 'gone.yaml' }))), 'a.yaml')
  assert.is(pathOf(judge(facts(both))), 'a.yaml')
})

test('an accepted one has its identity and hash', () => {
  const judgement = judge(facts({ 'a.yaml': bottle('agent: claude\n  identity: own') }))
  assert.is(judgement.kind, 'accepted')
  if (judgement.kind !== 'accepted') return
  assert.equal([judgement.identity, judgement.hash], ['own', specHash({ agent: 'claude', identity: 'own' })])
})

test('why one is refused', () => {
  const refusal = (
    texts: Readonly<Record<string, string>>,
    record?: Partial<BottleRecord>,
    other?: Partial<BottleRecord>,
  ) => {
    const judgement = judge({
      ...facts(texts, record),
      holder: (identity) => (other === undefined || identity !== 'x' ? undefined : aRecord(other)),
    })
    return judgement.kind === 'refused' ? `${judgement.reason}: ${judgement.message}` : judgement.kind
  }
  const one = { 'a.yaml': good }
  const pinned = { 'a.yaml': bottle('agent: claude\n  network: {subnet: 10.0.0.0/24}') }
  assert.is(refusal(one), 'accepted')
  assert.is(refusal(one, {}, { name: 'x' }), 'accepted', 'its own record')
  assert.is(
    refusal(one, undefined, { name: 'other', file: 'o.yaml' }),
    'DuplicateIdentity: identity x belongs to bottle/other in o.yaml: set another spec.identity',
  )
  const spec = { agent: 'claude' }
  assert.match(refusal(pinned, { spec }), /^ImmutableField: a\.yaml:1: spec\.network\.subnet/)
  assert.is(refusal(pinned, { spec, deleting: { since: '' } }), 'accepted', 'it is made again')
  assert.is(refusal(pinned, {}), 'accepted')
  assert.match(refusal({ 'a.yaml': bottle('git: 1') }), /^Invalid: a\.yaml:.* \(and 1 more\)$/)
  assert.match(refusal({ 'a.yaml': bottle('agent: 1') }), /^Invalid: a\.yaml:5:\d+: spec\.agent .*$/)
  const only = facts({ 'a.yaml': bottle('agent: 1') })
  const [complaint] = only.documents[0]?.complaints ?? []
  const judgement = judge(only)
  if (complaint === undefined) throw new Error('no complaint')
  assert.is(judgement.kind === 'refused' && judgement.message, formatComplaint(complaint))
})

test('a document without a complaint and without a bottle is refused all the same', () => {
  const { documents, ...rest } = facts({ 'a.yaml': bottle('git: 1') })
  const judgement = judge({ ...rest, documents: documents.map((document) => ({ ...document, complaints: [] })) })
  assert.is(judgement.kind === 'refused' && judgement.message, 'the document is not a valid Bottle')
})

test('a valid document whose name gives no identity is refused', () => {
  const { documents, ...rest } = facts({ 'a.yaml': good })
  const [document] = documents
  if (document?.bottle === undefined) throw new Error('no document')
  const renamed = { ...document, bottle: { ...document.bottle, metadata: { name: 'X' } } }
  const judgement = judge({ ...rest, name: 'X', documents: [renamed] })
  assert.is(judgement.kind === 'refused' && judgement.message, 'metadata.name X is not a slug: set spec.identity')
  assert.is(judgement.kind === 'refused' && judgement.reason, 'Invalid')
  assert.is(judgement.kind === 'refused' && judgement.hash, specHash({ agent: 'claude' }))
})

test('who does not own the name is told where it is defined', () => {
  const both = facts({ 'a.yaml': good, 'b.yaml': good }, { file: 'b.yaml' })
  assert.equal(
    duplicatesOf(both.documents, both.record).map(({ document, message }) => `${document.path} ${message}`),
    ['a.yaml bottle/x is already defined in b.yaml:1: rename or remove one of the two'],
  )
  assert.equal(duplicatesOf([], undefined), [])
})

test.run()
