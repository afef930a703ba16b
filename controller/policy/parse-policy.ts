import { isRecord } from '../../drivers/json.ts'
import { fields } from '../../schemas/policy-fields.ts'
import type { BottlePolicy } from '../../schemas/policy.ts'
import { validatePolicy } from '../../schemas/validate-policy.ts'
import type { Complaint } from '../document/complaint.ts'
import { sha256Of } from '../document/content-hash.ts'
import { decode } from '../document/decode.ts'
import type { TextFault } from '../document/fault.ts'
import { createFieldTable } from '../document/fields.ts'
import { readJson } from '../document/json.ts'
import type { RawDocument } from '../document/raw-document.ts'
import { schemaFaults, withoutNulls } from '../document/schema-faults.ts'
import { createSourceText } from '../document/source-text.ts'
import { readYaml } from '../document/yaml.ts'
import type { Policy } from './policy.ts'

/**
 * A policy file's bytes as a policy or complaints, read as strictly as a Bottle. Pure.
 *
 * Guarantees: a file with any mistake is no policy: nothing of it counts.
 */
export const parsePolicy = ({
  path,
  text: given,
}: {
  readonly path: string
  readonly text: string | Buffer
}): { readonly policy: Policy } | { readonly complaints: readonly Complaint[] } => {
  const { text, fault } = decode(given)
  const source = createSourceText(path, text)
  const refuse = (faults: readonly TextFault[]) => ({
    complaints: faults.slice(0, MOST).map((each) => source.complain(each)),
  })
  if (fault !== undefined) return refuse([{ ...fault, offset: 0 }])
  const read = path.endsWith('.json') ? { documents: [readJson(text)] } : readYaml(text)
  if (read.fault !== undefined) return refuse([{ ...read.fault, offset: 0 }])
  const [document, second] = read.documents.filter(({ value, faults }) => value !== null || faults.length > 0)
  if (document === undefined) return refuse([{ code: 'Empty', message: 'the file holds no policy', offset: 0 }])
  if (second !== undefined) return refuse([{ code: 'Rule', message: ONE, offset: second.offset }])
  if (document.faults.length > 0) return refuse(document.faults)
  const faults = faultsOf(document)
  if (faults.length > 0) return refuse(faults)
  const { spec } = withoutNulls(document.value) as BottlePolicy
  return { policy: { level: spec.level ?? 'baseline', spec, file: path, sha256: sha256Of(given) } }
}

const MOST = 20
const ONE = 'a policy is one document: remove the others'
const POLICY = { validate: validatePolicy, fields: createFieldTable(fields) }

const faultsOf = ({ value, nulls, locate, offset }: RawDocument): readonly TextFault[] =>
  isRecord(value)
    ? schemaFaults(value, nulls, POLICY).map((fault) => ({ ...fault, offset: locate(fault.path, fault.at) }))
    : [
        {
          code: 'WrongType',
          message: 'this isn\'t a policy: expected "apiVersion: …" and "kind: BottlePolicy"',
          offset,
        },
      ]
