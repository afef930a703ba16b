import { existsSync } from 'node:fs'
import type { Firewall } from '../../ports.ts'
import { createFirewall } from '../firewall.ts'
import { createHelpedFirewall } from './ask.ts'
import { helperSocket } from './request.ts'

/**
 * The firewall of this host as this user can set it: by the helper of root where it is installed for them, else by themselves.
 *
 * Guarantees: an installation or removal counts from the next call on.
 */
export const openFirewall = (options: {
  readonly owner: string
  readonly userId: number
  readonly reach: readonly string[]
}): Firewall => {
  const { userId } = options
  const own = createFirewall(options)
  const helped = createHelpedFirewall(options)
  let used = own
  const now = (): Firewall => (used = isHelped(userId) ? helped : own)
  return {
    look: (signal) => now().look(signal),
    last: () => used.last(),
    close: (edge, signal) => now().close(edge, signal),
    open: (identity, signal) => now().open(identity, signal),
  }
}

/** For a look on behalf of no root. */
export const NO_OWNER = 'bottled-0000000000000000'

/** Root needs none. */
export const isHelped = (userId: number): boolean => userId !== 0 && existsSync(helperSocket(userId))
