import type { ResolvedSpec } from '../derive/resolve.ts'
import { usedPaths } from '../derive/used-paths.ts'
import { canonicalSpec } from './canonical-spec.ts'
import type { Use } from './overlap.ts'

/** What a record says a part was started with. Pure. */
export const heldIn = (kept: unknown): readonly Use[] => (Array.isArray(kept) ? (kept as readonly Use[]) : [])

/** True if each path of the spec was judged when the part was started. */
export const holdsAll = (spec: ResolvedSpec, kept: unknown): boolean =>
  usedPaths(spec).every(({ role, path, writable }) =>
    heldIn(kept).some((use) => use.role === role && use.path === path && use.writable === writable),
  )

/** The spec with its paths as they were judged then. */
export const heldSpec = (spec: ResolvedSpec, kept: unknown): ResolvedSpec => canonicalSpec(spec, heldIn(kept))
