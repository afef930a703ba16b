import { isRecord } from '../../drivers/json.ts'
import { policyFields } from '../../schemas/policy-fields.ts'
import type { BottlePolicy } from '../../schemas/policy.ts'
import { validatePolicy } from '../../schemas/validate-policy.ts'
import type { Complaint } from '../document/complaint.ts'
import { sha256Of } from '../../drivers/content-hash.ts'
import { decode } from '../document/decode.ts'
import { createFieldIndex } from '../document/fields.ts'
import { readJson } from '../document/json.ts'
import { readOneDocument } from '../document/one-document.ts'
import { readYaml } from '../document/yaml.ts'
import type { Policy } from './policy.ts'

interface PolicyFile {
  readonly path: string
  readonly text: string | Buffer
}

/**
 * A policy file's bytes as a policy or complaints, read as strictly as a Bottle. Pure.
 *
 * Guarantees: a file with any mistake is no policy: nothing of it counts.
 */
export const parsePolicy = (
  file: PolicyFile,
): { readonly policy: Policy } | { readonly complaints: readonly Complaint[] } => {
  const { value, complaints } = readOneDocument<BottlePolicy>(file, () => POLICY)
  if (value === undefined) return { complaints }
  const { spec } = value
  return { policy: { level: spec.level ?? 'baseline', spec, file: file.path, sha256: sha256Of(file.text) } }
}

const POLICY = { validate: validatePolicy, fields: createFieldIndex(policyFields) }

/** Whether a text was meant as a policy. */
export const isPolicyFile = ({ path, text: given }: PolicyFile): boolean => {
  const { text } = decode(given)
  if (!text.includes('BottlePolicy')) return false
  const [document] = path.endsWith('.json') ? [readJson(text)] : readYaml(text).documents
  return isRecord(document?.value) && document.value['kind'] === 'BottlePolicy'
}
