import type { Grant } from '../../drivers/ports.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import type { EgressAllow } from '../../schemas/egress.ts'

type HasEgress = Pick<BottleSpec, 'egress'>

/** By the grants, which are replaced as a whole: a spec is resolved several times in a pass, and compiled once. */
const known = new WeakMap<readonly Grant[], HasEgress>()

/**
 * A spec with what people allowed beside it: after what the file allows, before its presets; what it denies stays denied. Pure.
 *
 * Guarantees: a spec without `egress`, which its bundle's own rules are for, stays without.
 */
export const withGrants = <Spec extends HasEgress>(spec: Spec, grants: readonly Grant[] | undefined): Spec => {
  const { egress } = spec
  if (grants === undefined || grants.length === 0 || egress === undefined) return spec
  const found = known.get(grants)
  if (found !== undefined && of.get(found) === egress) return { ...spec, egress: found.egress }
  const made = {
    egress: { ...egress, allow: [...(egress.allow ?? []), ...grants.map(({ entry }): EgressAllow => entry)] },
  }
  known.set(grants, made)
  of.set(made, egress)
  return { ...spec, ...made }
}

/** What each was made of. */
const of = new WeakMap<HasEgress, HasEgress['egress']>()
