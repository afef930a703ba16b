import { NO_SMOLVM } from '../../drivers/seals.ts'
import type { SealLook, SealParts, SealProof, SealShown } from '../../drivers/ports.ts'

/** What a look at the seal of this machine may show. */
export const INSTALLED: SealParts = {
  machine: 'm',
  kernel: '6.1.0',
  engine: '20.10.24',
  smolvm: '1.32.2',
  program: 'p',
  guest: 'microvm, bare',
  table: '1',
}

export const aProof = (change: Partial<SealProof> = {}): SealProof => ({
  at: '2026-01-01T00:00:00.000Z',
  host: 'here',
  bottled: '0.1.0',
  parts: INSTALLED,
  edges: 'closed',
  rows: 40,
  leaks: [],
  ...change,
})

const BOX: SealParts = { ...INSTALLED, ...NO_SMOLVM, guest: 'container' }
const box: SealShown = { installed: BOX, why: 'no container has tried it' }
export const UNTRIED: SealLook = { installed: INSTALLED, why: 'nobody has tried it', container: box }
export const PROVEN: SealLook = { installed: INSTALLED, proof: aProof(), container: box }
const LEAKS = ['1.1.1.1, by TCP']
export const LEAKING: SealLook = { installed: INSTALLED, proof: aProof({ leaks: LEAKS }), container: box }
/** The same of containers alone. */
const boxed = (leaks: readonly string[]): SealLook => ({
  ...UNTRIED,
  container: { installed: BOX, proof: aProof({ parts: BOX, leaks }) },
})
export const BOX_PROVEN = boxed([])
export const BOX_LEAKING = boxed(LEAKS)
export const LEAK_WORDS =
  'a guest that tried the seal on 2026-01-01T00:00:00.000Z reached 1.1.1.1, by TCP: once that is closed, bottled doctor --seal tries it again'
