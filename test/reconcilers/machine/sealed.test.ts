import * as assert from 'uvu/assert'
import { PARTS } from '../../../drivers/seals.ts'
import type { SealParts, SealProof } from '../../../drivers/ports.ts'
import { sealStand, sealedOf, standOf } from '../../../reconcilers/machine/sealed.ts'
import type { SealStand } from '../../../reconcilers/machine/sealed.ts'
import { suite } from '../../helpers/suite.ts'
import {
  BOX_LEAKING,
  BOX_PROVEN,
  INSTALLED,
  LEAKING,
  LEAK_WORDS,
  PROVEN,
  UNTRIED,
  aProof,
} from '../../parts/seal-looks.ts'

const test = suite('what can be said of a seal')
const AT = '2026-01-01T00:00:00.000Z'
const WORDS = `a guest tried 40 ways out on ${AT}`
const EDGES = 'only root may: the bundle may reach all'
const BOXED = { container: { networkId: 'n', ip: '192.168.9.3', ports: [8888], image: 'b' } }
const DRIFT = { because: 'its allow list is [0.0.0.0/0]' }
const stand = (proof: Partial<SealProof> = {}, installed: Partial<SealParts> = {}) =>
  sealStand({ installed: { ...INSTALLED, ...installed }, proof: aProof(proof) })

test('the condition, by what was shown, what smolvm reports, and the edges', () => {
  const untried = sealStand(UNTRIED)
  const proven = sealStand(PROVEN)
  const whileOpen = stand({ edges: 'open' })
  const leak = sealStand(LEAKING)
  for (const [what, given, drift, edges, line] of [
    ['nobody tried', untried, undefined, undefined, 'Unknown NotProven: nobody has tried it'],
    ['nobody tried, edges open', untried, undefined, EDGES, `Unknown NotProven: nobody has tried it; ${EDGES}`],
    ['nobody tried, opened', untried, DRIFT, EDGES, `False PolicyMismatch: ${DRIFT.because}`],
    ['proven', proven, undefined, undefined, `True Proven: ${WORDS}`],
    [
      'proven, edges opened since',
      proven,
      undefined,
      EDGES,
      `Unknown EdgesOpen: ${EDGES}; ${WORDS} while they were closed`,
    ],
    ['proven, opened', proven, DRIFT, undefined, `False PolicyMismatch: ${DRIFT.because}`],
    ['proven with open edges', whileOpen, undefined, EDGES, `True Proven: ${WORDS}; ${EDGES}`],
    ['proven with open edges, closed since', whileOpen, undefined, undefined, `True Proven: ${WORDS}`],
    ['leaking', leak, undefined, undefined, `False Leak: ${LEAK_WORDS}`],
    ['leaking and opened', leak, DRIFT, EDGES, `False Leak: ${LEAK_WORDS}`],
  ] as const) {
    const { status, reason, message } = sealedOf({ stand: given, drift, edges })
    assert.is(`${status} ${reason}: ${message}`, line, what)
  }
})

const TRIED = 'its rules are listed as they were loaded'

test('rules that were loaded, listed and tried are evidence without a proof, and say that it is one; of edges they say nothing', () => {
  const of = (given: SealStand, edges?: string, drift?: { readonly because: string }): string => {
    const { status, reason, message } = sealedOf({ stand: given, drift, edges, tried: TRIED })
    return `${status} ${reason}: ${message}`
  }
  const untried = standOf(UNTRIED, BOXED)
  assert.is(of(untried), `True Tried: ${TRIED}; no container has tried it`)
  assert.is(of(untried, EDGES), `Unknown NotProven: no container has tried it; ${EDGES}`)
  assert.is(of(untried, undefined, DRIFT), `False PolicyMismatch: ${DRIFT.because}`)
  assert.is(of(standOf(BOX_PROVEN, BOXED)), `True Proven: ${WORDS}`)
  assert.match(
    of(standOf(BOX_LEAKING, BOXED), EDGES),
    /^False Leak: .* bottled doctor --seal --runtime container tries/,
  )
})

test('what VMs showed says nothing of containers, and the other way round', () => {
  assert.is(standOf(LEAKING, BOXED).kind, 'unknown')
  assert.is(standOf(PROVEN, BOXED).kind, 'unknown')
  assert.is(standOf(BOX_LEAKING, {}).kind, 'unknown')
  assert.is(standOf(BOX_PROVEN, {}).kind, 'unknown')
})

test('a proof holds only for exactly what is installed, a leak too, and says what differs', () => {
  for (const part of PARTS)
    for (const leaks of [[], ['x']]) {
      const { kind, words } = stand({ leaks }, { [part]: 'other' })
      assert.is(kind, 'unknown', part)
      assert.match(words, new RegExp(`^it was tried on ${AT}, and since then .*: bottled doctor --seal$`))
    }
  assert.is(
    stand({}, { smolvm: '1.40.0', kernel: '6.2.0', program: 'q' }).words,
    `it was tried on ${AT}, and since then the kernel is another (6.1.0 then, 6.2.0 now), smolvm is another (1.32.2 then, 1.40.0 now), the program smolvm was exchanged: bottled doctor --seal`,
  )
})

test('another host name or version of bottled is no other seal', () => {
  assert.is(stand({ host: 'there', bottled: '9' }).kind, 'proven')
})

test('of many leaks a few are named', () => {
  const { words } = stand({ leaks: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] })
  assert.match(words, 'reached a; b; c; d; e; and 2 more: once')
})

test.run()
