import { dirname, join } from 'node:path'
import { formatComplaint } from '../../controller/document/complaint.ts'
import type { Complaint } from '../../controller/document/complaint.ts'
import { complainAt } from '../../controller/document/parse.ts'
import { specHash } from '../../controller/document/spec-hash.ts'
import type { Finding } from '../../controller/policy/finding.ts'
import { forbiddenIn, judgePolicy, lookAtPaths, violationText } from '../../controller/policy/judge-policy.ts'
import type { Policy } from '../../controller/policy/policy.ts'
import { notedPolicy } from '../../controller/state/policy-note.ts'
import { lookAtPath } from '../../drivers/reading/look-at-path.ts'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import type { Bottle } from '../../schemas/bottle.ts'
import { allRecords } from '../bottles/all-records.ts'
import { CliError } from '../print/cli-error.ts'
import type { OptionSpec } from '../verb/command.ts'
import type { Session } from '../session/session.ts'
import { hostPlaces } from './host-places.ts'
import { loadPolicy } from './policy-file.ts'

/**
 * Judges Bottles as the controller does, by the policy that it runs with.
 *
 * Guarantees: the controller's own rules on the paths as they are here now.
 * Caveats: a file that is judged on another machine meets that machine's policy, users and links.
 */
export interface PolicyJudge {
  readonly policy: Policy
  /** In the order in which the bottles would be made: each counts for the next. */
  judge(asked: Asked): Promise<Judged>
}

export interface Asked {
  readonly bottle: Pick<Bottle, 'metadata' | 'spec'>
  /** Absolute path of its present or future file. */
  readonly file: string
  /** Where a complaint places it: as the file was named, and the document's line. */
  readonly path: string
  readonly line: number
  /** It was written for itself, as an item of a List: its places are not those of the file. */
  readonly loose?: boolean
}

export interface Judged {
  readonly findings: readonly Finding[]
  readonly violations: readonly Complaint[]
}

export interface PolicyOptions {
  readonly policy?: string
}

export const POLICY_OPTION: OptionSpec = {
  flags: '--policy <file>',
  description: "the operator's policy (default: as the controller ran last, else as bottled run looks for it)",
  completes: 'files',
}

export const createPolicyJudge = async (
  session: Session,
  options: PolicyOptions & { readonly subnetPool?: readonly string[] | undefined } = {},
): Promise<PolicyJudge> => {
  const { env, lockDir, root } = session
  const noted = await notedPolicy(lockDir)
  const [policy, places, records] = await Promise.all([
    policyFor(session, options.policy, noted.file),
    hostPlaces({ env }),
    allRecords(session.stateDir),
  ])
  const byName = new Map(records.map((record) => [record.name, record]))
  const counted = new Set(byName.keys())

  const place = (finding: Finding, { bottle, path, line, loose }: Asked): Complaint => {
    const fault = { code: 'PolicyViolation', path: finding.field, at: 'value' } as const
    const message = violationText(finding, policy)
    const found = loose === true ? undefined : complainAt(bottle.spec, { ...fault, message })
    return found === undefined ? { code: fault.code, path, line, col: 1, message, frame: '' } : { ...found, path }
  }

  return {
    policy,
    judge: async (asked) => {
      const { name } = asked.bottle.metadata
      const record = byName.get(name)
      const isAsInForce = record?.goodHash !== undefined && record.goodHash === specHash(asked.bottle.spec)
      const base = isAsInForce ? join(root, record.base ?? '.') : dirname(asked.file)
      const spec = resolveSpec(asked.bottle.spec, base)
      const exists = counted.has(name)
      const findings = judgePolicy(policy, {
        spec,
        looked: await lookAtPaths(spec, lookAtPath, session.signal),
        places,
        pools: options.subnetPool ?? noted.pools,
        runtime: noted.runtime,
        bottles: { others: counted.size - (exists ? 1 : 0), exists },
      })
      const forbidden = forbiddenIn(findings)
      if (!forbidden.some(({ rule }) => rule === 'limits/bottles')) counted.add(name)
      return { findings, violations: forbidden.map((finding) => place(finding, asked)) }
    },
  }
}

/** Nothing is shown or done by halves: throws if the policy forbids anything of any of them. */
export const requireAllowed = async (
  session: Session,
  asked: readonly Asked[],
  options: Parameters<typeof createPolicyJudge>[1],
): Promise<void> => {
  const { judge } = await createPolicyJudge(session, options)
  const violations: Complaint[] = []
  for (const each of asked) violations.push(...(await judge(each)).violations)
  const [first, ...more] = violations.map(formatComplaint)
  if (first === undefined) return
  for (const complaint of more) session.say(complaint)
  throw new CliError(first, 'bottlectl policy explain FILE shows each rule', 'Forbidden')
}

/** The file that the controller ran with may be gone since. */
const policyFor = async (
  { env, cwd }: Session,
  named: string | undefined,
  last: string | undefined,
): Promise<Policy> => {
  if (named !== undefined || last === undefined) return loadPolicy({ env, cwd, named })
  try {
    return await loadPolicy({ env, cwd, named: last })
  } catch (error) {
    if (error instanceof CliError && error.reason === 'NotFound') return loadPolicy({ env, cwd })
    throw error
  }
}
