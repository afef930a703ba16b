import { access } from './access.ts'
import type { Check } from './check.ts'
import { bottles } from './bottles.ts'
import { bundle } from './bundle.ts'
import { docker } from './docker.ts'
import { edges } from './edges.ts'
import { kvm } from './kvm.ts'
import { limits } from './limits.ts'
import { node } from './node.ts'
import { policy } from './policy.ts'
import { smolvm } from './smolvm.ts'
import { state } from './state.ts'
import { user } from './user.ts'

/** In the order in which a new machine gets there. */
export const CHECKS: readonly Check[] = [
  node,
  user,
  docker,
  bundle,
  smolvm,
  kvm,
  policy,
  access,
  state,
  edges,
  limits,
  bottles,
]
