import type { Complaint } from '../../controller/document/complaint.ts'
import { decide } from '../../egress/decide.ts'
import { differences, plainDecision } from '../../egress/expected.ts'
import { explain } from '../../egress/explain.ts'
import { decisionWords } from './decision-words.ts'
import type { Compiled } from './bottle-policy.ts'
import type { PolicyFile } from './policy-file.ts'

/** Runs the cases of a file against its policy, or against the `shared` one if it has none. Pure. */
export interface Ran {
  readonly count: number
  readonly differing: number
  /** One for each case that differs, or why none was run. */
  readonly complaints: readonly Complaint[]
}

export const runCases = ({
  file,
  path,
  shared,
  now,
}: {
  readonly file: PolicyFile
  readonly path: string
  readonly shared: Compiled | undefined
  readonly now: number
}): Ran => {
  const refused = (message: string): Ran => ({
    count: 0,
    differing: 0,
    complaints: [{ code: 'Missing', path, line: 1, col: 1, message, frame: '' }],
  })
  if (file.complaints.length > 0) return { count: 0, differing: 0, complaints: file.complaints }
  if (file.cases === undefined) return refused('the file holds a policy and no cases')
  const compiled = file.policy ?? shared
  if (compiled === undefined) return refused('policy is missing: write it into the file, or give one by -f')
  if (file.cases.cases.length === 0) return refused('the file holds no cases')
  const { policy } = compiled
  const complaints = file.cases.cases.flatMap(({ request, decision: expected }, index) => {
    const decision = decide(policy, request, now)
    if (differences(expected, decision).length === 0) return []
    const { what, why } = explain(policy, { request, decision, now })
    const [wanted, got] = [expected, plainDecision(decision)].map(decisionWords)
    return file.complain(index, `${what}: expected ${wanted}, decided ${got}. ${why.join(' ')}`)
  })
  return { count: file.cases.cases.length, differing: complaints.length, complaints }
}
