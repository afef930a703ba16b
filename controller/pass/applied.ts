import type { BottleRecord } from '../../drivers/ports.ts'
import type { BottleGoal } from '../../reconcilers/contract/reconciler.ts'

/**
 * The spec that was carried out last, after a settled walk. Pure.
 *
 * Guarantees: undefined where nothing is new, so that a pass without work writes nothing.
 * Caveats: of a suspended bottle's spec only the suspension is carried out: its other changes count when it runs again.
 */
export const appliedBy = (record: BottleRecord, goal: BottleGoal): NonNullable<BottleRecord['applied']> | undefined => {
  const { spec, goodHash, generation, applied } = record
  if (spec === undefined || goodHash === undefined || applied?.hash === goodHash || goal === 'parked') return undefined
  if (goal === 'up' || applied === undefined) return { generation, hash: goodHash, spec }
  const before = applied.spec as { readonly suspend?: boolean }
  return before.suspend === true ? undefined : { ...applied, hash: '', spec: { ...before, suspend: true } }
}
