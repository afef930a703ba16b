import { compile } from '../../egress/compile.ts'
import type { Compiled } from '../../egress/compile.ts'
import { presets } from '../../schemas/egress-presets.ts'
import type { EgressPolicy } from '../../schemas/egress.ts'

/** By what was written, which never changes: a spec is resolved several times in a pass. */
const known = new WeakMap<EgressPolicy, Compiled>()

/** `spec.egress` with this version's presets. `ok: false`: a spec of the record that an earlier version accepted. Pure. */
export const compiledEgress = (written: EgressPolicy): Compiled => {
  const found = known.get(written) ?? compile(written, presets)
  known.set(written, found)
  return found
}
