import type { HostPlaces, LookAtPath } from '../../drivers/host-facts.ts'
import { messageOf } from '../../drivers/message.ts'
import { policyName } from './policy.ts'
import type { Policy } from './policy.ts'

/**
 * The policy in force, read again from time to time.
 *
 * Guarantees: a file that is gone, can be written by others or has a mistake changes nothing, and is reported once: the policy
 *   read last stays in force. Only a start takes the built-in one in its place.
 */
export interface PolicyKeeper {
  policy(): Policy
  places(): HostPlaces
  readonly look: LookAtPath
  /** True if another policy is in force now: every bottle is to be judged again. */
  refresh(): Promise<boolean>
}

export interface PolicySource {
  readonly policy: Policy
  readonly places: HostPlaces
  readonly look: LookAtPath
  /** What would be in force if bottled started now. Throws where it would refuse to start. */
  reload(): Promise<{ readonly policy: Policy; readonly places: HostPlaces }>
}

export const createPolicyKeeper = (
  { policy: first, places: firstPlaces, look, reload }: PolicySource,
  announce: (type: 'Normal' | 'Warning', reason: string, message: string) => void,
): PolicyKeeper => {
  let policy = first
  let places = firstPlaces
  let trouble: string | undefined

  const complain = (why: string): void => {
    if (trouble !== why) announce('Warning', 'PolicyUnreadable', `${why}; ${policyName(policy)} stays in force`)
    trouble = why
  }

  return {
    policy: () => policy,
    places: () => places,
    look,
    refresh: async () => {
      let found: Awaited<ReturnType<PolicySource['reload']>>
      try {
        found = await reload()
      } catch (error) {
        complain(messageOf(error))
        return false
      }
      if (found.policy.file === undefined && policy.file !== undefined) {
        complain(`${policy.file} is gone`)
        return false
      }
      places = found.places
      const isNew = found.policy.sha256 !== policy.sha256 || found.policy.file !== policy.file
      if (isNew) announce('Normal', 'PolicyChanged', `the policy ${policyName(found.policy)} is in force`)
      else if (trouble !== undefined) announce('Normal', 'PolicyReadable', `${policyName(policy)} can be read again`)
      trouble = undefined
      if (isNew) policy = found.policy
      return isNew
    },
  }
}
