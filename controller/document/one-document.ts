import { isRecord } from '../../drivers/json.ts'
import type { Complaint } from './complaint.ts'
import { decode } from './decode.ts'
import type { Fault, FieldFault } from './fault.ts'
import { readJson } from './json.ts'
import { LIMITS } from './limits.ts'
import type { RawDocument } from './raw-document.ts'
import { schemaFaults, withoutNulls } from './schema-faults.ts'
import type { Contract } from './schema-faults.ts'
import { createSourceText } from './source-text.ts'
import { readYaml } from './yaml.ts'

/**
 * A file that holds one document, by a schema of ours that isn't that of a Bottle. Pure.
 *
 * Guarantees: as `parseFile`: bounded time and memory on any bytes, and either a valid value or at least one complaint.
 */
export interface OneDocument<T> {
  /** undefined: the complaints say why. */
  readonly value: T | undefined
  readonly complaints: readonly Complaint[]
  /** About fields of the document, by rules that the schema can't express. */
  complain(faults: readonly FieldFault[]): readonly Complaint[]
}

export const readOneDocument = <T>(
  file: { readonly path: string; readonly text: string | Uint8Array },
  contractOf: (value: unknown) => Contract,
): OneDocument<T> => {
  const { text, fault } = decode(file.text)
  const source = createSourceText(file.path, text)
  const refuse = (...faults: readonly (Fault & { readonly offset?: number })[]): OneDocument<T> => ({
    value: undefined,
    complaints: faults.map((each) => source.complain({ offset: 0, ...each })),
    complain: () => [],
  })
  if (fault !== undefined) return refuse(fault)
  const raw = readRaw(file.path, text)
  if (raw.fault !== undefined) return refuse(raw.fault)
  const [document, second] = raw.documents.filter(({ value, faults }) => value !== null || faults.length > 0)
  if (document === undefined) return refuse({ code: 'Empty', message: 'the file holds nothing' })
  if (second !== undefined)
    return refuse({ code: 'Rule', message: 'the file holds more than one document', offset: second.offset })
  if (document.faults.length > 0) return refuse(...document.faults)
  if (!isRecord(document.value))
    return refuse({ code: 'WrongType', message: 'the document must be a mapping', offset: document.offset })
  const complain = (faults: readonly FieldFault[]): readonly Complaint[] =>
    faults
      .slice(0, LIMITS.complaints)
      .map((each) => ({ ...each, offset: document.locate(each.path, each.at) }))
      .toSorted((a, b) => a.offset - b.offset)
      .map((each) => source.complain(each))
  const complaints = complain(schemaFaults(document.value, document.nulls, contractOf(document.value)))
  const value = (document.nulls ? withoutNulls(document.value) : document.value) as T
  return complaints.length > 0 ? { value: undefined, complaints, complain } : { value, complaints: [], complain }
}

const readRaw = (
  path: string,
  text: string,
): { readonly documents: readonly RawDocument[]; readonly fault?: Fault } => {
  try {
    return path.endsWith('.json') ? { documents: [readJson(text)] } : readYaml(text)
  } catch (error) {
    return { documents: [], fault: { code: 'Syntax', message: `can't be parsed: ${String(error).slice(0, 160)}` } }
  }
}
