import { formatPath } from '../../controller/document/path.ts'
import { policyName } from '../../controller/policy/policy.ts'
import type { Policy } from '../../controller/policy/policy.ts'
import type { Asked, Judged } from '../policy/policy-judge.ts'
import { cell } from '../print/cell.ts'
import type { Paint } from '../print/colour.ts'
import { alignLines, GUTTER } from '../print/columns.ts'

/** What a policy says about bottles, rule by rule. Pure. */
type Explained = Asked & Judged

export const explanationText = (policy: Policy, bottles: readonly Explained[], paint: Paint): string =>
  [`Policy:  ${policyName(policy)}`, ...bottles.flatMap((bottle) => ['', ...linesFor(bottle, paint)]), ''].join('\n')

const linesFor = ({ bottle, path, line, findings, violations }: Explained, paint: Paint): readonly string[] => {
  const head = `Bottle:  ${bottle.metadata.name} (${cell(path)}:${line})`
  if (findings.length === 0) return [head, '  it asks for nothing that a rule is about']
  const rows = alignLines(
    findings.map(
      ({ field, asked, verdict, rule }) =>
        `  ${paint(verdict, verdict === 'allowed' ? 'good' : 'bad')}\t${rule}\t${cell(formatPath(field))}\t${cell(asked)}`,
    ),
    GUTTER,
  )
  const remedies = findings.flatMap(({ verdict, field, why, remedy }) =>
    verdict === 'allowed' ? [] : [`  ${cell(formatPath(field))} ${cell(why)}: ${cell(remedy)}`],
  )
  return [head, ...rows, ...(violations.length === 0 ? [] : ['To allow what is forbidden:', ...remedies])]
}

export const explanationObject = (policy: Policy, bottles: readonly Explained[]): object => ({
  apiVersion: 'bottlectl.bottled.dev/v1',
  kind: 'PolicyExplanation',
  policy: { level: policy.level, file: policy.file ?? null },
  bottles: bottles.map(({ bottle, path, line, findings, violations }) => ({
    name: bottle.metadata.name,
    file: path,
    line,
    allowed: violations.length === 0,
    findings: findings.map(({ field, ...rest }) => ({ field: formatPath(field), ...rest })),
  })),
})
