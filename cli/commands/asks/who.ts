import { userInfo } from 'node:os'
import type { Session } from '../../session/session.ts'

/** Who decides, as a comment in a file may say it: the name of the user, or of who became root. */
export const askerOf = ({ env }: Pick<Session, 'env'>): string => {
  const name = env['SUDO_USER'] ?? systemName() ?? env['USER'] ?? ''
  return /^[\w.@-]{1,64}$/.test(name) ? name : 'somebody'
}

const systemName = (): string | undefined => {
  try {
    return userInfo().username
  } catch {
    // A uid without a name.
    return undefined
  }
}
