import * as assert from 'uvu/assert'
import { refusedChanges } from '../../controller/document/spec-changes.ts'
import { parseFile } from '../../controller/document/parse.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import { suite } from '../helpers/suite.ts'
import { cases, documentOf, updates } from './cases.ts'

const test = suite('verdicts')

for (const { title, name, spec, complaint } of cases) {
  test(title, () => {
    const parsed = parseFile({ path: 'web.json', text: JSON.stringify(documentOf(spec, name)) })
    const messages = parsed.documents.flatMap((document) => document.complaints.map(({ message }) => message))
    assert.is(parsed.documents.length, 1)
    if (complaint === undefined) assert.equal(messages, [])
    else assert.match(messages.join('; '), complaint)
    assert.is(parsed.documents[0]?.bottle !== undefined, complaint === undefined)
  })
}

for (const { title, before, after, refused } of updates) {
  test(`update: ${title}`, () => {
    const messages = refusedChanges(before as unknown as BottleSpec, after as unknown as BottleSpec, 'web').map(
      ({ message }) => message,
    )
    if (refused === undefined) assert.equal(messages, [])
    else assert.match(messages.join('; '), refused)
  })
}

test.run()
