import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parseAllDocuments } from 'yaml'
import { readJson } from '../../controller/document/json.ts'
import { readDocuments } from '../../controller/document/yaml-documents.ts'
import { deadlineMs, holds } from '../helpers/property.ts'
import { suite } from '../helpers/suite.ts'
import { anyYaml, soup } from './yaml-text.ts'

/** Our readers against JSON.parse and the YAML library's own. */
const test = suite('readers')

const hurtJson = fc
  .tuple(
    fc.oneof(
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify(value, undefined, 2)),
    ),
    fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(2),
        fc.constantFrom(
          '',
          ...'"{}[],:10-.en\\\t\n\r\0 a\'',
          'null',
          'true',
          '\\u12',
          '//c\n',
          '/*c*/',
          '\u00a0',
          '\u2028',
          '\uFEFF',
        ),
      ),
      { maxLength: 2 },
    ),
  )
  .map(([text, hurts]) =>
    hurts.reduce((so, [where, cut, piece]) => {
      const at = Math.floor(where * (so.length + 1))
      return so.slice(0, at) + piece + so.slice(at + cut)
    }, text),
  )

test(
  'hurt JSON is accepted if JSON.parse accepts it, with the same data',
  async () => {
    let valid = 0
    const runs = await holds(
      'hurt JSON',
      fc.property(hurtJson, (text) => {
        const { value, faults } = readJson(text)
        if (faults.some(({ code }) => code === 'DuplicateKey' || code === 'TooDeep')) return
        let expected: unknown
        try {
          expected = JSON.parse(text)
        } catch {
          assert.equal(
            faults.map(({ code }) => code),
            ['Syntax'],
          )
          return
        }
        valid += 1
        assert.equal(faults, [])
        assert.equal(value, expected)
      }),
      2_000,
    )
    assert.ok(valid > runs / 10 && valid < runs, `${valid} of ${runs} texts were valid`)
  },
  { deadlineMs: deadlineMs(20_000) },
)

test(
  'documents are counted as the library counts them, and their parts make up the text',
  async () => {
    await holds(
      'documents',
      fc.property(fc.oneof(soup, anyYaml), (text) => {
        const { documents } = readDocuments(text)
        if (documents.length === 0) return
        assert.is(documents.map(({ start, end }) => text.slice(start, end)).join(''), text)
        for (const { start, end, faults } of documents)
          for (const { offset } of faults) assert.ok(offset >= start && offset <= end, `${start} ${offset} ${end}`)
        if (documents.every(({ faults }) => faults.length === 0))
          assert.is(documents.length, parseAllDocuments(text, { logLevel: 'error' }).length)
      }),
      1_000,
    )
  },
  { deadlineMs: deadlineMs(20_000) },
)

test.run()
