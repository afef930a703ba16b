import * as assert from 'uvu/assert'
import { parseFile } from '../../../controller/document/parse.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('list')

const BOTTLE = '{apiVersion: bottled.dev/v1alpha1, kind: Bottle, metadata: {name: a}, spec: {agent: claude}}'
const OTHER = '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}'
const list = (...items: readonly string[]): string => `apiVersion: v1\nkind: List\nitems: [${items.join(', ')}]\n`

for (const [title, text, line] of [
  ['of a bottle', list(BOTTLE), 2],
  ['of a bottle among others', list(OTHER, BOTTLE), 2],
  ['of a bottle in a List', list(OTHER, `{apiVersion: v1, kind: List, items: [${BOTTLE}]}`), 2],
  ['of nothing', list(), 2],
  ['without items', 'apiVersion: v1\nkind: List\n', 2],
  ['of our own kind', `kind: BottleList\napiVersion: bottled.dev/v1alpha1\nitems: [${BOTTLE}]\n`, 1],
] as const) {
  test(`a List ${title} is a complaint at its kind, and hides no neighbour`, () => {
    const { documents, foreign } = parseFile({ path: 'l.yaml', text: `${text}---\n${BOTTLE}\n` })
    assert.is(foreign, 0)
    assert.equal(
      documents.map(({ name, bottle, complaints }) => [name, bottle?.metadata.name, complaints.length]),
      [
        [undefined, undefined, 1],
        ['a', 'a', 0],
      ],
    )
    const [complaint] = documents[0]?.complaints ?? []
    assert.equal([complaint?.line, complaint?.col], [line, 7])
    assert.match(complaint?.message ?? '', /^a List is not read here: .*bottlectl apply -f/)
  })
}

test("a List of others' objects alone is skipped, as they are", () => {
  assert.equal(parseFile({ path: 'l.yaml', text: list(OTHER, OTHER) }), { documents: [], foreign: 1, complaints: [] })
})

test.run()
