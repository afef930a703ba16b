import * as assert from 'uvu/assert'
import { parseFile } from '../../../controller/document/parse.ts'
import { invisibleIn } from '../../../controller/document/invisible.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('invisible')

const HEAD = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec:\n'
const complaints = (text: string): readonly string[] => {
  const parsed = parseFile({
    path: 'a.yaml',
    text: text.includes('metadata') ? `${HEAD.replace(/metadata.*\n/, '')}${text}` : HEAD + text,
  })
  return [...parsed.complaints, ...parsed.documents.flatMap((document) => document.complaints)].map(
    ({ line, message }) => `${line}: ${message}`,
  )
}

for (const [title, text, named] of [
  ['before a key', '\u00A0 agent: claude\n', /^5: .*column 1 has the invisible character U\+00A0 NO-BREAK SPACE\)/],
  ['after a colon', '  agent:\u00A0claude\n', /^5: .*column 9 has .*U\+00A0/],
  [
    'in a key',
    '  agent: claude\n  sus\u200Bpend: true\n',
    /^6: unknown field .*column 6 has .*U\+200B ZERO WIDTH SPACE/,
  ],
  [
    'at the end of a value',
    '  agent: claude\n  suspend: tr\u00ADue\uFEFF\n',
    /^6: .*column 14 has .*U\+00AD SOFT HYPHEN, the first of 2/,
  ],
] as const)
  test(`an invisible character ${title} is named by code point in a complaint about its line`, () =>
    assert.ok(
      complaints(text).some((complaint) => named.test(complaint)),
      complaints(text).join('\n'),
    ))

test('the line of a secret is not looked into', () => {
  assert.not.match(complaints('  agent: claude\n  secrets:\n    A\u00A0B: {fromEnv: 7}\n').join('\n'), /U\+00A0/)
})

test('letters, tabs and what stands in a good file are no news', () => {
  for (const line of ['', 'a: b', '\ta: \u00E9 \u{1F600} 漢字', 'x'.repeat(500)]) assert.is(invisibleIn(line), '')
  assert.equal(complaints('  agent: claude # \u00A0 a note\n'), [])
  assert.match(invisibleIn('a\u0007'), /U\+0007\)$/)
})

for (const text of [
  '  <<: {agent: claude}\n',
  '  agent: claude\n  env: {<<: {A: b}}\n',
  '  agent: claude\n  machine: {<<: {image: x}}\n',
  '  agent: claude\n  env:\n    <<: [{A: b}, {C: d}]\n',
  '  agent: claude\nmetadata: {name: a, <<: {labels: {a: b}}}\n',
  '  agent: claude\nmetadata: {name: a, labels: {<<: {a: b}}}\n',
])
  test(`a merge key is refused by name: ${JSON.stringify(text)}`, () =>
    assert.ok(
      complaints(text).some((complaint) => complaint.includes('<<') && complaint.includes('merge key')),
      complaints(text).join('\n'),
    ))

test.run()
