import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { formatComplaint } from '../../controller/document/complaint.ts'
import { parsePolicy } from '../../controller/policy/parse-policy.ts'
import { BUILT_IN } from '../../controller/policy/policy.ts'
import type { Policy } from '../../controller/policy/policy.ts'
import { openAccess } from '../../drivers/access/shared-folder.ts'
import { readTrustedFile } from '../../drivers/access/trusted-file.ts'
import { CliError } from '../print/cli-error.ts'

/**
 * The operator's policy, read as controller and client read it.
 *
 * Flow: the file that is named, else /etc/bottled/policy.yaml, else the user's own, else the built-in one.
 * Guarantees: the first file that exists counts; if others can write to it, or it has a mistake, there is no policy, and an error.
 */
export interface PolicyWish {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** `--policy`. */
  readonly named?: string | undefined
}

const MOST_BYTES = 64 * 1024

/** Where a policy is looked for, the first first. */
export const policyFiles = ({ env, cwd, named }: PolicyWish): readonly string[] => {
  if (named !== undefined) return [resolve(cwd, named)]
  const xdg = env['XDG_CONFIG_HOME'] ?? ''
  const config = isAbsolute(xdg) ? xdg : join(env['HOME'] || homedir(), '.config')
  return ['/etc/bottled/policy.yaml', join(config, 'bottled', 'policy.yaml')]
}

/** Wherever one is looked for, or was found. */
export const allPolicyFiles = (
  { env, cwd }: Omit<PolicyWish, 'named'>,
  others: readonly (string | undefined)[],
): readonly string[] => [
  ...new Set([
    ...policyFiles({ env, cwd }),
    ...others.flatMap((file) => (file === undefined ? [] : [resolve(cwd, file)])),
  ]),
]

/** `until`: no file after this one is looked for. */
export const loadPolicy = async (wish: PolicyWish, until?: string): Promise<Policy> => {
  const files = policyFiles(wish)
  const access = await openAccess()
  const end = until === undefined ? files.length : files.indexOf(until) + 1
  for (const file of files.slice(0, end)) {
    const text = await readTrustedFile(file, { access, mostBytes: MOST_BYTES })
    if (text === undefined) continue
    const parsed = parsePolicy({ path: file, text })
    if ('policy' in parsed) return parsed.policy
    const [first, ...more] = parsed.complaints.map(formatComplaint)
    const others = more.length === 0 ? '' : ` (and ${more.length} more)`
    throw new CliError(
      `the policy is invalid: ${first ?? file}${others}`,
      'bottlectl schema -o policy prints its schema',
      'Invalid',
    )
  }
  if (wish.named !== undefined)
    throw new CliError(
      `the policy ${resolve(wish.cwd, wish.named)} doesn't exist`,
      'examples/policies has some to start from',
      'NotFound',
    )
  return BUILT_IN
}
