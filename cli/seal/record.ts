import { isDeepStrictEqual } from 'node:util'
import { asWord } from '../../drivers/seal-proof.ts'
import type { SealParts, SealProof } from '../../drivers/ports.ts'
import type { Verdict } from './verdict.ts'

/**
 * What of a proof is recorded, for controllers to go by. Pure.
 *
 * Guarantees: what showed nothing leaves the last record as it is; nothing is recorded of what was exchanged meanwhile.
 */
export const recordOf = ({
  verdict,
  before,
  after,
  ...known
}: Pick<SealProof, 'at' | 'host' | 'bottled' | 'edges' | 'rows'> & {
  readonly verdict: Verdict
  /** What was installed when it began, and when it ended. */
  readonly before: SealParts
  readonly after: SealParts
}): SealProof | string => {
  if (verdict.kind === 'unknown') return 'nothing was shown'
  if (!isDeepStrictEqual(before, after)) return 'what is installed was exchanged meanwhile'
  if (Object.values(before).includes('unknown')) return 'what is installed could not be told'
  const leaks = verdict.kind === 'leak' ? verdict.leaks.slice(0, MOST_LEAKS).map(asWord) : []
  return { ...known, host: asWord(known.host), parts: before, leaks }
}

const MOST_LEAKS = 200
