import * as assert from 'uvu/assert'
import { asWord, proofIn, proofText } from '../../drivers/seal-proof.ts'
import { suite } from '../helpers/suite.ts'
import { INSTALLED, aProof } from '../parts/seal-looks.ts'

const test = suite('proof of a seal as text')

test('what is written is read back as it was', () => {
  for (const proof of [aProof(), aProof({ edges: 'open', leaks: ['1.1.1.1, by TCP', 'container "x"'] })])
    assert.equal(proofIn(proofText(proof)), proof)
})

test('anything else is refused as a whole, with why', () => {
  const changed = (change: object): string => JSON.stringify({ ...JSON.parse(proofText(aProof())), ...change })
  for (const [what, text] of [
    ['nothing', ''],
    ['half of it', proofText(aProof()).slice(0, 40)],
    ['a list', '[]'],
    ['another version', changed({ version: 2 })],
    ['no time', changed({ at: 'yesterday' })],
    ['no such time', changed({ at: '2026-13-45T99:00:00Z' })],
    ['a time with more', changed({ at: '2026-01-01T00:00:00Z\nleaks' })],
    ['a host of two lines', changed({ host: 'a\nb' })],
    ['an escape', changed({ bottled: '\u001B[2J' })],
    ['a mark that turns what follows', changed({ host: 'a\u202Eb' })],
    ['no parts', changed({ parts: undefined })],
    ['a part too few', changed({ parts: { ...INSTALLED, kernel: undefined } })],
    ['a part that is a list', changed({ parts: { ...INSTALLED, kernel: ['6'] } })],
    ['a long part', changed({ parts: { ...INSTALLED, smolvm: 'x'.repeat(301) } })],
    ['edges that nobody knows', changed({ edges: 'ajar' })],
    ['no rows', changed({ rows: 0 })],
    ['half a row', changed({ rows: 0.5 })],
    ['more rows than any table has', changed({ rows: 1e9 })],
    ['leaks as a word', changed({ leaks: 'none' })],
    ['an empty leak', changed({ leaks: [''] })],
    ['a leak of two lines', changed({ leaks: ['a\nb'] })],
    ['too many leaks', changed({ leaks: Array.from({ length: 201 }, () => 'x') })],
  ] as const) {
    const found = proofIn(text)
    assert.type(found, 'string', what)
  }
})

test('what others named is made a word that is read back', () => {
  for (const name of ['', '\n', 'a\u0000b\u2028c', 'x'.repeat(1_000), '  ']) {
    const leaks = [asWord(name)]
    assert.equal((proofIn(proofText(aProof({ leaks }))) as { readonly leaks: unknown }).leaks, leaks)
  }
})

test.run()
