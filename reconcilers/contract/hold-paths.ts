import { DriverError } from '../../drivers/errors.ts'
import type { Part, Verdict } from '../taint/taint.ts'
import type { Situation } from './reconciler.ts'

/**
 * Right before a start: looks at all paths of the bottle once more, and notes them for the part.
 *
 * Guarantees: the canonical paths that are returned are allowed, by what is ours, by other bottles and by the operator's
 *   policy: a link that is turned while that is judged turns nothing any more. Throws `Tainted`, `PolicyViolation`.
 */
export const holdPaths = async (
  { spec, taint, record, forbidden, ...bottle }: Situation,
  { part, madeWith }: { readonly part: Part; readonly madeWith?: string | undefined },
  signal: AbortSignal,
): Promise<Verdict> => {
  const { name, identity } = bottle
  if (spec === undefined) throw new Error(`bottle ${name} has no spec to start its ${part} from`)
  const verdict = await taint.hold({ name, identity, spec, madeWith }, part, signal)
  const cause = await forbidden?.(verdict.spec, signal)
  if (cause === undefined) return verdict
  if (record.reach?.[part] === undefined) await taint.release(identity, part)
  const operation = `start the ${part} of ${name}`
  throw new DriverError({ code: 'PolicyViolation', operation, detail: cause.message })
}
