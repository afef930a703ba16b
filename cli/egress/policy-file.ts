import { valueAt } from '../../drivers/json.ts'
import type { Complaint } from '../../controller/document/complaint.ts'
import { createFieldIndex } from '../../controller/document/fields.ts'
import { readOneDocument } from '../../controller/document/one-document.ts'
import type { OneDocument } from '../../controller/document/one-document.ts'
import { parseFile } from '../../controller/document/parse.ts'
import type { Path } from '../../controller/document/path.ts'
import { compile } from '../../egress/compile.ts'
import { parseTime } from '../../egress/time.ts'
import { policyOfSpec } from './bottle-policy.ts'
import type { Compiled } from './bottle-policy.ts'
import { casesFields, policyFields } from '../../schemas/egress-fields.ts'
import { presets } from '../../schemas/egress-presets.ts'
import type { EgressCases, EgressPolicy } from '../../schemas/egress.ts'
import { validateCases, validateEgress } from '../../schemas/validate-egress.ts'

/**
 * A file with an egress policy, and perhaps with cases that test it; or with a Bottle, whose policy it is. Pure.
 *
 * Guarantees: a policy comes with no complaints, and complaints name their place in the file.
 */
export interface PolicyFile {
  readonly policy: Compiled | undefined
  /** What the file says besides; undefined: it holds a policy alone. */
  readonly cases: EgressCases | undefined
  readonly complaints: readonly Complaint[]
  /** About case number `index`. */
  complain(index: number, message: string): readonly Complaint[]
}

export const readPolicyFile = (file: { readonly path: string; readonly text: string | Uint8Array }): PolicyFile =>
  ofBottle(file) ?? ofPolicy(file)

interface File {
  readonly path: string
  readonly text: string | Uint8Array
}

/** undefined: the file holds no Bottle. */
const ofBottle = (file: File): PolicyFile | undefined => {
  const { documents, complaints } = parseFile(file)
  const [document, second] = documents
  if (document === undefined) return undefined
  const none = { policy: undefined, cases: undefined, complain: () => [] }
  const found = [...complaints, ...documents.flatMap((each) => each.complaints)]
  if (found.length > 0 || document.bottle === undefined) return { ...none, complaints: found }
  const say = (message: string): PolicyFile => ({
    ...none,
    complaints: [{ code: 'Missing', path: file.path, line: document.line, col: 1, message, frame: '' }],
  })
  if (second !== undefined) return say('the file holds several Bottles: name one in place of the file')
  const policy = policyOfSpec(document.bottle.spec)
  return policy === undefined ? say('the Bottle has no spec.egress') : { ...none, complaints: [], policy }
}

const ofPolicy = (file: File): PolicyFile => {
  const document = readOneDocument<EgressPolicy | EgressCases>(file, (value) => (holdsCases(value) ? CASES : POLICY))
  const { value, complaints } = document
  if (value === undefined) return { policy: undefined, cases: undefined, complaints, complain: () => [] }
  const cases = isCases(value) ? value : undefined
  const late = [...timeFaults(document, cases), ...bothFaults(document, cases)]
  const compiled = isCases(value) ? compiledAt(document, value.policy, ['policy']) : compiledAt(document, value, [])
  return {
    policy: compiled.policy,
    cases,
    complaints: [...compiled.complaints, ...late],
    complain: (index, message) =>
      document.complain([{ code: 'Rule', path: ['cases', index, 'decision'], at: 'value', message }]),
  }
}

const POLICY = { validate: validateEgress, fields: createFieldIndex(policyFields) }
const CASES = { validate: validateCases, fields: createFieldIndex(casesFields) }

/** None of these is a field of a policy. */
const holdsCases = (value: unknown): boolean =>
  ['cases', 'policy', 'now', 'bottle'].some((key) => valueAt(value, [key]) !== undefined)
const isCases = (value: EgressPolicy | EgressCases): value is EgressCases => holdsCases(value)

const compiledAt = (
  document: OneDocument<unknown>,
  spec: EgressPolicy | undefined,
  below: Path,
): { readonly policy: Compiled | undefined; readonly complaints: readonly Complaint[] } => {
  if (spec === undefined) return { policy: undefined, complaints: [] }
  const compiled = compile(spec, presets)
  if (compiled.ok) return { policy: compiled, complaints: [] }
  const faults = compiled.faults.map((fault) => ({ ...fault, code: 'Rule' as const, path: [...below, ...fault.path] }))
  return { policy: undefined, complaints: document.complain(faults) }
}

const bothFaults = (document: OneDocument<unknown>, cases: EgressCases | undefined): readonly Complaint[] =>
  cases?.bottle === undefined || cases.policy === undefined
    ? []
    : document.complain([
        { code: 'Rule', path: ['bottle'], at: 'key', message: 'policy and bottle exclude each other' },
      ])

const timeFaults = (document: OneDocument<unknown>, cases: EgressCases | undefined): readonly Complaint[] =>
  cases?.now === undefined || parseTime(cases.now) !== undefined
    ? []
    : document.complain([{ code: 'Rule', path: ['now'], at: 'value', message: 'now is no time that exists' }])
