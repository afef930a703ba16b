import { isRootUser } from '../../drivers/root-user.ts'
import { decided } from './finding.ts'
import type { Finding, Objection } from './finding.ts'
import type { Policy } from './policy.ts'

/** As whom a bundle may run. Pure. */
export const judgeUser = (user: string, policy: Policy): Finding =>
  decided({ field: ['spec', 'bundle', 'user'], asked: user }, policy.level === 'privileged' ? undefined : root(user), {
    policy,
  })

/** Docker reads a number as Go's `strconv.Atoi` does, and looks any other text up in the image. */
const root = (user: string): Objection => {
  const [name = ''] = user.split(':')
  if (isRootUser(user))
    return {
      rule: 'bundle/root-user',
      why: 'is uid 0',
      remedy: 'leave it out, or name another uid, as "65534:65534"; only the level privileged allows it',
    }
  if (/^[+-]?\d+$/.test(name)) return undefined
  return {
    rule: 'bundle/user-name',
    why: 'is a name, which the image may give uid 0',
    remedy: 'write the number, as "65534:65534"; only the level privileged allows a name',
  }
}
