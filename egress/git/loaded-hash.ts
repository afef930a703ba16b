import { hashOf } from '../hash.ts'
import type { Policy } from '../policy.ts'
import type { Repository } from './repository.ts'

/**
 * Of all that a bundle is told to enforce: the policy alone where it is told no repositories, so that an image without a git gate
 * has another hash than its controller, and not the same. Pure.
 */
export const loadedHash = (policy: Policy, repositories?: readonly Repository[]): string =>
  hashOf(repositories === undefined ? policy : { ...policy, git: repositories })
