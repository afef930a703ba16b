import type { LoadOutcome, RefusedReason } from './bundles.ts'
import { isRecord, parseJson } from './json.ts'

/**
 * What a bundle's control command says, judged. Pure.
 *
 * Guarantees: nothing of the text is passed on but a hash and a reason that we know: a bundle that was taken over knows secrets.
 *   `NotUp`: the program is there, and nothing serves yet.
 */
export const judgeAnswer = (text: string, exitCode: number | null): LoadOutcome | 'NotUp' => {
  // The Engine's own, where it can't run the program (recorded on 20.10: 126 and "OCI runtime exec failed" on stdout).
  if (exitCode === 126 || exitCode === 127) return { kind: 'unsupported' }
  const answer = parseJson(text)
  if (!isRecord(answer) || answer['version'] !== 1) return refused('BadAnswer')
  const { ok, hash, reason } = answer
  if (ok === true) return isHash(hash) ? { kind: 'loaded', hash } : refused('BadAnswer')
  if (ok !== false) return refused('BadAnswer')
  if (reason === 'NotRunning') return 'NotUp'
  return refused(REASONS.find((known) => known === reason) ?? 'BadAnswer')
}

const refused = (reason: RefusedReason): LoadOutcome => ({ kind: 'refused', reason })

const isHash = (hash: unknown): hash is string | null =>
  hash === null || (typeof hash === 'string' && /^sha256:[0-9a-f]{64}$/.test(hash))

const REASONS: readonly RefusedReason[] = ['BadMessage', 'UnknownVersion', 'BadPolicy', 'HashMismatch', 'BadCa']
