import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { shownBy, triesFor } from '../../../../drivers/container/seals/tries.ts'
import { suite } from '../../../helpers/suite.ts'

const test = suite('what a holder tries')

const listing = readFileSync(join(import.meta.dirname, '..', '..', '..', 'fixtures', 'nft', 'open.json'), 'utf8')
/** As listed when the last rule had refused so many. */
const after = (refused: number): string => listing.replace('"packets": 3', `"packets": ${refused}`)
const tries = triesFor({ gateway: '10.249.7.1', bundleIp: '10.249.7.2' })
const said = tries.map(() => 'ECONNREFUSED')
const shown = (change: object) =>
  shownBy(JSON.stringify({ before: after(2), said, after: after(2 + tries.length), ...change }), tries)
const whyOf = (change: object): string => {
  const result = shown(change)
  return result.kind === 'open' ? result.why : 'held'
}

test('the host, another port of the bundle and the resolver of the Engine are tried', () => {
  assert.equal([...new Set(tries.map(({ ip }) => ip))], ['10.249.7.1', '10.249.7.2', '127.0.0.11'])
})

test('it holds where each try was refused by the rules', () => {
  const result = shown({})
  assert.is(result.kind, 'held')
  assert.equal(result.kind === 'held' && result.judged.allowedCidrs, ['10.249.7.2/32'])
})

test('silence that no rule counted shows nothing', () => {
  assert.is(whyOf({ after: after(2) }), '0 of 5 tries were refused by its rules')
  assert.is(whyOf({ after: after(1 + tries.length) }), '4 of 5 tries were refused by its rules')
})

test('one that is answered, or connects, is a way out', () => {
  for (const word of ['connected', 'answered'])
    assert.is(whyOf({ said: said.with(4, word) }), '127.0.0.11 is reached by UDP')
})

test('rules that are not known are a way out, whatever was tried', () => {
  assert.match(whyOf({ after: '{"nftables":[]}' }), /chain out/)
})

test('a holder that does not say all says nothing', () => {
  assert.is(shownBy('', tries).kind, 'open')
  assert.match(whyOf({ said: said.slice(1) }), /did not try all/)
  assert.match(whyOf({ said: undefined }), /did not try all/)
  assert.match(whyOf({ before: undefined }), /did not say/)
})

test.run()
