import { policyName } from '../../controller/policy/policy.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { messageOf } from '../../drivers/message.ts'
import { CliError } from '../print/cli-error.ts'
import { loadPolicy } from '../policy/policy-file.ts'
import type { Check } from './check.ts'

/** What Bottle files may ask for, and that nobody else can change it. */
export const policy: Check = {
  name: 'policy',
  run: async ({ env, policy: named }) => {
    try {
      const found = await loadPolicy({ env, cwd: process.cwd(), named })
      const what = { privileged: 'Bottle files may ask for nearly all of this machine', baseline: '', restricted: '' }[
        found.level
      ]
      return [
        {
          check: 'policy',
          level: what === '' ? 'ok' : 'warn',
          message: `${policyName(found)}${what === '' ? '' : `: ${what}`}`,
          ...(what === ''
            ? {}
            : { hint: 'whoever writes them should be trusted as its operator is; else: level: baseline' }),
        },
      ]
    } catch (error) {
      const hint = error instanceof CliError || isDriverError(error) ? error.hint : undefined
      return [
        {
          check: 'policy',
          level: 'fail',
          message: `${messageOf(error)}: bottled run refuses to start`,
          command: 'bottlectl schema -o policy',
          ...(hint === undefined ? {} : { hint }),
        },
      ]
    }
  },
}
