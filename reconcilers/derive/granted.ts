import type { BottleSpec } from '../../schemas/bottle.ts'
import type { EgressAllow, EgressPolicy } from '../../schemas/egress.ts'

type HasEgress = Pick<BottleSpec, 'egress'>

/** What a record has of each is more: the ask, who, when. */
interface Granted {
  readonly entry: EgressAllow
}

/** By the list of grants, which is replaced as a whole: a spec is resolved several times in a pass, and compiled once. */
const known = new WeakMap<readonly Granted[], { readonly of: EgressPolicy; readonly egress: EgressPolicy }>()

/**
 * A spec with what people allowed beside it: after what the file allows, before its presets; what it denies stays denied. Pure.
 *
 * Guarantees: a spec without `egress`, where the rules of the bundle's image count, stays without.
 */
export const withGrants = <Spec extends HasEgress>(spec: Spec, grants: readonly Granted[] | undefined): Spec => {
  const { egress: of } = spec
  if (grants === undefined || grants.length === 0 || of === undefined) return spec
  const found = known.get(grants)
  if (found?.of === of) return { ...spec, egress: found.egress }
  const egress = { ...of, allow: [...(of.allow ?? []), ...grants.map(({ entry }) => entry)] }
  known.set(grants, { of, egress })
  return { ...spec, egress }
}
