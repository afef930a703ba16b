import type { BottleRecord } from '../../drivers/ports.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { statusFrom } from './bottle-view.ts'

/**
 * Which status of a bottle counts: whoever writes its file can write one, too.
 *
 * Guarantees: only a status with the uid of the record in the state folder counts, and it says what the record says: the file's
 *   is a copy of that. A document without a record can only say why it is refused.
 */
export interface Claims {
  readonly name: string
  readonly identity: string | undefined
  /** From the document, and from beside the record. */
  readonly inline: BottleStatus | undefined
  readonly sidecar: BottleStatus | undefined
  /** Another document has the name, and the record is of that. */
  readonly isTwin: boolean
}

export interface Known {
  readonly record: BottleRecord | undefined
  /** There is a record, which can be read or not. */
  readonly isKept: boolean
  /** Whether the run was; undefined: either. */
  readonly simulated: boolean | undefined
  /** Why there can be no record to believe. */
  readonly unknown: string | undefined
}

export interface Believed {
  readonly status: BottleStatus | undefined
  /** A status is left out, and why. */
  readonly unverified?: string
}

export const trueStatus = (claims: Claims, known: Known): Believed => {
  const record = known.unknown === undefined ? ownRecord(claims, known.record) : undefined
  const claimed = [claims.inline, claims.sidecar].filter((status) => status !== undefined)
  const found = claimed.find((status) => record !== undefined && status.uid === record.uid && isOfRun(status, known))
  if (found !== undefined && record !== undefined) return { status: recorded(record, known) ?? found }
  const { inline } = claims
  if (inline === undefined) return { status: undefined }
  if (inline.uid === undefined && isRefusal(inline) && isOfRun(inline, known)) return { status: refusalOf(inline) }
  return { status: undefined, unverified: whyNot(inline, { claims, known, record }) }
}

/** The record of this very bottle. */
export const ownRecord = (
  { name, identity, isTwin }: Pick<Claims, 'name' | 'identity' | 'isTwin'>,
  record: BottleRecord | undefined,
): BottleRecord | undefined =>
  record !== undefined && !isTwin && record.name === name && record.identity === identity ? record : undefined

const isOfRun = ({ simulated = false }: BottleStatus, run: Pick<Known, 'simulated'>): boolean =>
  run.simulated === undefined || simulated === run.simulated

const recorded = (record: BottleRecord, known: Known): BottleStatus | undefined => {
  const status = statusFrom(record.status)
  return status?.uid === record.uid && isOfRun(status, known) ? status : undefined
}

/** As the controller writes into a document for which nothing was ever made: nothing in it is good news. */
const isRefusal = ({ phase, observedGeneration, specHash, conditions }: BottleStatus): boolean =>
  phase === 'Invalid' &&
  typeof observedGeneration === 'number' &&
  typeof specHash === 'string' &&
  conditions.every((each) => WORDS.every((key) => typeof each[key] === 'string')) &&
  conditions.some(({ type, status }) => type === 'Accepted' && status === 'False') &&
  conditions.every(({ type, status }) => status !== 'True' || type === 'Stalled' || type === 'Reconciling')

const WORDS = ['type', 'status', 'reason', 'message', 'lastTransitionTime'] as const

const refusalOf = ({ phase, observedGeneration, specHash, simulated, conditions }: BottleStatus): BottleStatus => ({
  phase,
  observedGeneration,
  specHash,
  ...(simulated === undefined ? {} : { simulated }),
  conditions,
})

const whyNot = (
  status: BottleStatus,
  {
    claims,
    known,
    record,
  }: { readonly claims: Claims; readonly known: Known; readonly record: BottleRecord | undefined },
): string => {
  if (known.unknown !== undefined) return known.unknown
  if (claims.isTwin) return 'another document has its name'
  if (record === undefined)
    return known.record === undefined
      ? known.isKept
        ? 'its record in the state folder is unreadable'
        : 'no controller of this root has a record of it'
      : `the record of ${known.record.identity} is that of bottle/${known.record.name}`
  if (status.uid !== record.uid) return 'its uid is not that of the record'
  return status.simulated === true ? 'it is of a simulated run' : 'it is of a run that was not simulated'
}
