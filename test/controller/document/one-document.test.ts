import * as assert from 'uvu/assert'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import { createFieldIndex } from '../../../controller/document/fields.ts'
import { readOneDocument } from '../../../controller/document/one-document.ts'
import { policyFields } from '../../../schemas/egress-fields.ts'
import type { EgressPolicy } from '../../../schemas/egress.ts'
import { validateEgress } from '../../../schemas/validate-egress.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('one document')
const contract = { validate: validateEgress, fields: createFieldIndex(policyFields) }
const read = (text: string | Uint8Array, path = 'p.yaml') =>
  readOneDocument<EgressPolicy>({ path, text }, () => contract)

test('a valid document is given as it is, without its nulls', () => {
  assert.equal(read('presets: [npm]\nallow:\n- host: a.example\n  methods:\n').value, {
    presets: ['npm'],
    allow: [{ host: 'a.example' }],
  })
  assert.equal(read('{"mode": "audit"}', 'p.json').value, { mode: 'audit' })
  assert.equal(read('# one\n---\nmode: audit\n---\n').value, { mode: 'audit' })
})

const BAD: readonly (readonly [string | Uint8Array, readonly string[]])[] = [
  ['', ['p.yaml:1:1: the file holds nothing']],
  ['# only a comment\n', ['p.yaml:1:1: the file holds nothing']],
  ['mode: audit\n---\nmode: enforce\n', ['p.yaml:3:1: the file holds more than one document']],
  ['- a\n', ['p.yaml:1:1: the document must be a mapping']],
  [
    'mode: [\n',
    ['p.yaml:2:1: not YAML: flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
  ['mode: audit\nmode: audit\n', ['p.yaml:2:1: mode is there twice']],
  [Uint8Array.of(0xff, 0xfe), ['p.yaml:1:1: the file is not UTF-8']],
  ['a'.repeat(300_000), ['p.yaml:1:1: the file is larger than 256 KiB']],
  [
    'mod: audit\nallow:\n- hosts: a\n  ports: ["443"]\n',
    [
      'p.yaml:1:1: unknown field mod (did you mean "mode"?)',
      'p.yaml:3:3: allow[0].host is missing',
      'p.yaml:3:3: unknown field allow[0].hosts (did you mean "host"?)',
      'p.yaml:4:11: allow[0].ports[0] must be a whole number, not a string (did you mean "443"?)',
    ],
  ],
  [
    'allow:\n- host: a b\n  methods: [get]\n',
    [
      'p.yaml:2:9: allow[0].host must be a host name, or *. and a host name',
      'p.yaml:3:13: allow[0].methods[0] must be a method in upper case, like GET',
    ],
  ],
]
for (const [text, complaints] of BAD)
  test(`${JSON.stringify(text).slice(0, 60)} is refused with its place`, () => {
    const document = read(text)
    assert.is(document.value, undefined)
    assert.equal(document.complaints.map(formatComplaint), complaints)
  })

test('JSON is refused with its place, too', () => {
  assert.equal(read('{"mode": }', 'p.json').complaints.map(formatComplaint), [
    'p.json:1:10: not JSON: a value is missing here',
  ])
})

test('faults of rules are placed in the text, in its order', () => {
  const document = read('allow:\n- host: a.example\n- host: b.example\n')
  const complaints = document.complain([
    { code: 'Rule', path: ['allow', 1, 'host'], at: 'value', message: 'second' },
    { code: 'Rule', path: ['allow', 0], at: 'key', message: 'first' },
  ])
  assert.equal(complaints.map(formatComplaint), ['p.yaml:2:3: first', 'p.yaml:3:9: second'])
})

test('no more than twenty complaints are made', () => {
  assert.is(read(`allow:\n${'- host: a b\n'.repeat(100)}`).complaints.length, 20)
})

test.run()
