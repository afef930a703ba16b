import { randomBytes } from 'node:crypto'
import * as assert from 'uvu/assert'
import { opened, sealed } from '../../../controller/parsed/sealed.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('sealed texts')
const seal = { key: randomBytes(32), version: '1.2.3' }
const BODY = '{"a":"ä"}'

test('a text is opened by who sealed it', () => {
  for (const body of [BODY, '', '\n\n']) assert.is(opened(sealed(body, seal), seal), body)
})

test('an older or newer version, or another key, does not open it', () => {
  for (const version of ['1.2.2', '1.2.4', '', '1.2.3"'])
    assert.is(opened(sealed(BODY, { ...seal, version }), seal), undefined)
  assert.is(opened(sealed(BODY, { ...seal, key: randomBytes(32) }), seal), undefined)
})

test('one that is torn or changed anywhere is not opened', () => {
  const text = sealed(BODY, seal)
  for (let at = 0; at < text.length; at += 1) {
    assert.is(opened(text.slice(0, at), seal), undefined, `cut at ${at}`)
    const other = text[at] === 'a' ? 'b' : 'a'
    assert.is(opened(text.slice(0, at) + other + text.slice(at + 1), seal), undefined, `changed at ${at}`)
  }
  assert.is(opened(`${text} `, seal), undefined)
  for (const forged of ['', '\n', BODY, `${'0'.repeat(64)}\n${BODY}`, `${'ä'.repeat(64)}\n${BODY}`])
    assert.is(opened(forged, seal), undefined)
})

test.run()
