import type { Complaint } from '../../controller/document/complaint.ts'
import type { ParsedDocument, ParsedFile } from '../../controller/document/parse.ts'
import { hashOfDocument } from '../../controller/document/spec-hash.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import { isIdentity } from '../../schemas/identity.ts'
import type { BottleSpec, BottleStatus } from '../../schemas/bottle.ts'
import { isRecord } from '../../drivers/json.ts'

/**
 * A bottle as its document describes it, or its record if the document is gone. No effects.
 *
 * Guarantees: a status of another spec is marked stale.
 * Caveats: an invalid document may have no spec hash to compare; its status then counts as current if Accepted is False.
 */
export interface BottleView {
  readonly name: string
  /** Relative to the root; undefined if the document is gone. */
  readonly file: string | undefined
  readonly index: number
  readonly line: number
  readonly identity: string | undefined
  readonly metadata: Metadata
  /** As written, also in an invalid document. */
  readonly spec: Partial<BottleSpec>
  readonly valid: boolean
  readonly complaints: readonly Complaint[]
  readonly status: BottleStatus | undefined
  readonly stale: boolean
  /** Its file has a status that is not from this root's controller, and is left out: why. */
  readonly unverified?: string
  readonly specHash: string | undefined
  /** Its file exists but can't be read: the last valid spec is shown and stays in force. */
  readonly hidden?: boolean
  /**
   * Set if the document is gone but objects are left. Held: not being deleted yet (grace period, git at work, too many at
   * once, or no controller has seen it).
   */
  readonly left: 'Terminating' | 'Retained' | 'Held' | undefined
  /** Where it, or the end of its time to undo, is held: why, as the controller said last. */
  readonly held?: BottleRecord['held']
  /** ISO 8601: the document's return undoes the deletion until then. */
  readonly undoUntil?: string
}

export interface Metadata {
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly [key: string]: unknown
}

export interface Parsed {
  readonly bottles: readonly BottleView[]
  readonly unparsed: readonly Complaint[]
  /** Whether an unreadable part of the file may be the document of this name. */
  mentions(name: string): boolean
}

/** A file as it was read, with what it says. */
export interface ReadFile {
  readonly path: string
  readonly text: string
  readonly parsed: ParsedFile
  /** Of a document with complaints, as written. */
  raw(index: number): unknown
}

export const viewsOf = (file: ReadFile): Parsed => {
  const { path, text, parsed, raw } = file
  const bottles: BottleView[] = []
  const unparsed: Complaint[] = [...parsed.complaints]
  for (const document of parsed.documents) {
    if (document.name === undefined) unparsed.push(...document.complaints.slice(0, 1))
    else bottles.push(viewOf(path, document, raw))
  }
  return { bottles, unparsed, mentions: unparsed.length === 0 ? () => false : (name) => text.includes(name) }
}

const viewOf = (path: string, document: ParsedDocument, raw: ReadFile['raw']): BottleView => {
  const { name = '', index, line, bottle, complaints } = document
  const written = bottle ?? (raw(index) as { readonly metadata?: unknown; readonly spec?: unknown } | undefined)
  const spec = (isRecord(written?.spec) ? written.spec : {}) as Partial<BottleSpec>
  const metadata = { ...ownKeys(isRecord(written?.metadata) ? written.metadata : {}), name }
  const wanted = spec.identity ?? name
  const hash = hashOfDocument(document)
  const status = statusFrom(document.status)
  return {
    name,
    file: path,
    index,
    line,
    identity: typeof wanted === 'string' && isIdentity(wanted) ? wanted : undefined,
    metadata: {
      ...metadata,
      labels: strings(metadata, 'labels'),
      annotations: strings(metadata, 'annotations'),
    } as Metadata,
    spec,
    valid: bottle !== undefined,
    complaints,
    status,
    stale: isStale(status, hash),
    specHash: hash,
    left: undefined,
  }
}

/** Without what only a controller can say. */
const ownKeys = (metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(metadata).filter(([key]) => !SERVED.has(key)))

const SERVED = new Set(['creationTimestamp', 'deletionTimestamp', 'generation', 'uid', 'resourceVersion'])

/** Whether a status belongs to another spec than the one with this hash. */
export const isStale = (status: BottleStatus | undefined, hash: string | undefined): boolean => {
  if (status === undefined) return false
  if (hash !== undefined) return status.specHash !== hash
  return status.conditions.find(({ type }) => type === 'Accepted')?.status !== 'False'
}

/** A person may have written anything there. */
export const statusFrom = (value: unknown): BottleStatus | undefined => {
  if (!isRecord(value) || Object.keys(value).length === 0) return undefined
  const conditions = Array.isArray(value['conditions'])
    ? value['conditions'].filter((each) => isRecord(each) && typeof each['type'] === 'string')
    : []
  return { ...value, conditions } as unknown as BottleStatus
}

const strings = (
  metadata: Readonly<Record<string, unknown>>,
  key: string,
): Readonly<Record<string, string>> | undefined => {
  const value = metadata[key]
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)]))
    : undefined
}

export const leftover = (record: BottleRecord): BottleView => {
  const status = statusFrom(record.status)
  const undoUntil = record.deleting === undefined && record.deleteNow !== true ? record.parked?.until : undefined
  const going =
    record.deleting !== undefined ||
    record.parked !== undefined ||
    (record.deleteConfirmed === true && record.retained !== true)
  const deletionTimestamp = undoUntil ?? record.deleting?.since
  const left = going ? 'Terminating' : record.retained === true ? 'Retained' : 'Held'
  return {
    name: record.name,
    file: undefined,
    index: 0,
    line: 0,
    identity: record.identity,
    metadata: {
      name: record.name,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec: (record.spec ?? {}) as Partial<BottleSpec>,
    valid: true,
    complaints: [],
    status,
    stale: false,
    specHash: record.goodHash,
    left,
    ...((left === 'Held' || undoUntil !== undefined) && record.held !== undefined ? { held: record.held } : {}),
    ...(undoUntil === undefined ? {} : { undoUntil }),
  }
}

/** A record whose document exists but can't be read. A deletion that has begun goes on. */
export const behind = (record: BottleRecord, complaint: Complaint): BottleView => {
  const view = leftover(record)
  if (view.left === 'Retained' || record.deleting !== undefined) return view
  const { path, line } = complaint
  const { undoUntil: _, ...rest } = view
  const { deletionTimestamp: __, ...metadata } = view.metadata
  const complaints = [complaint]
  return { ...rest, metadata, file: path, line, valid: false, complaints, stale: true, hidden: true, left: undefined }
}
