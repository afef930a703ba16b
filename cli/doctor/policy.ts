import { lstat } from 'node:fs/promises'
import { policyName } from '../../controller/policy/policy.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { shellWord } from '../../drivers/shell-word.ts'
import { messageOf } from '../../drivers/message.ts'
import { CliError } from '../print/cli-error.ts'
import { loadPolicy, policyFiles } from '../policy/policy-file.ts'
import type { PolicyWish } from '../policy/policy-file.ts'
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
          ...(hint !== undefined && CLOSES.test(hint)
            ? { command: hint }
            : {
                command: `\${EDITOR:-vi} ${shellWord(await firstOf({ env, cwd: process.cwd(), named }))}`,
                hint: hint ?? 'bottlectl schema -o policy prints its schema',
              }),
        },
      ]
    }
  },
}

/** What is said of a file that others could write is the command that ends that. */
const CLOSES = /^(?:sudo chown|chmod|setfacl) /

/** The one that counts, and that is wrong. */
const firstOf = async (wish: PolicyWish): Promise<string> => {
  const files = policyFiles(wish)
  for (const file of files) if ((await lstat(file).catch(() => undefined)) !== undefined) return file
  return files.at(-1) ?? ''
}
