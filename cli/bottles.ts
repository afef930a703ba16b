import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import type { Complaint } from '../controller/complaint.ts'
import { readJson } from '../controller/json-document.ts'
import { parseFile } from '../controller/parse.ts'
import type { ParsedDocument } from '../controller/parse.ts'
import { hashOfDocument } from '../controller/spec-hash.ts'
import { readYaml } from '../controller/yaml-documents.ts'
import type { BottleRecord } from '../drivers/drivers.ts'
import { isIdentity } from '../reconcilers/derive/identity.ts'
import type { BottleSpec, BottleStatus } from '../schemas/bottle.ts'
import { listFiles, readFileText, stampOf } from './files.ts'

/**
 * The bottles of a root, from files alone.
 *
 * Flow: each file is parsed as the controller parses it; a status is taken from the document, else from beside the record;
 *   a record without a document is a bottle that is being deleted, or is retained.
 * Guarantees: nothing is written; a status that was not made for this very spec is marked stale.
 * Caveats: whether an invalid document's status is about this very text can't be told; it counts if it says so at all.
 */
export interface BottleView {
  readonly name: string
  /** Relative to the root; undefined if the document is gone. */
  readonly file: string | undefined
  readonly index: number
  readonly line: number
  readonly identity: string | undefined
  readonly metadata: Metadata
  /** As written; of an invalid document whatever stands there. */
  readonly spec: Partial<BottleSpec>
  readonly valid: boolean
  readonly complaints: readonly Complaint[]
  readonly status: BottleStatus | undefined
  readonly stale: boolean
  readonly specHash: string | undefined
  /** Where the document is gone: why there is something left. */
  readonly left: 'Terminating' | 'Retained' | undefined
}

export interface Metadata {
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly [key: string]: unknown
}

export interface Loaded {
  readonly bottles: readonly BottleView[]
  /** Files, or documents in them, that name no bottle: `path:line:col: why`. */
  readonly unparsed: readonly Complaint[]
  readonly unreadable: readonly string[]
}

export interface Where {
  readonly root: string
  readonly stateDir: string
}

interface Parsed {
  readonly bottles: readonly BottleView[]
  readonly unparsed: readonly Complaint[]
}

/** Reads again only what has changed since it last did. */
export const createBottleReader = (where: Where): (() => Promise<Loaded>) => {
  let known = new Map<string, { readonly stamp: string; readonly parsed: Parsed }>()
  return async () => {
    const { paths, unreadable } = await listFiles(where.root)
    const next: typeof known = new Map()
    for (let at = 0; at < paths.length; at += AT_ONCE) {
      await Promise.all(
        paths.slice(at, at + AT_ONCE).map(async (path) => {
          const stamp = await stampOf(where.root, path)
          const before = known.get(path)
          if (before !== undefined && stamp !== '' && before.stamp === stamp) return void next.set(path, before)
          const parsed = await parseOne(where, path)
          if (parsed !== undefined) next.set(path, { stamp, parsed })
        }),
      )
    }
    known = next
    const files = paths.flatMap((path) => next.get(path)?.parsed ?? [])
    const documents = files.flatMap(({ bottles }) => bottles)
    const bottles = [...(await withSidecars(where, documents)), ...(await leftovers(where, documents))]
    return { bottles: bottles.sort(byName), unparsed: files.flatMap(({ unparsed }) => unparsed), unreadable }
  }
}

export const loadBottles = (where: Where): Promise<Loaded> => createBottleReader(where)()

const AT_ONCE = 32

const byName = (a: BottleView, b: BottleView): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

const parseOne = async (where: Where, path: string): Promise<Parsed | undefined> => {
  const read = await readFileText(where, path)
  if (read === undefined) return undefined
  if (read.text === undefined)
    return { bottles: [], unparsed: [{ code: 'Encoding', path, line: 1, col: 1, message: read.why, frame: '' }] }
  return viewsOf(path, read.text)
}

export const viewsOf = (path: string, text: string): Parsed => {
  const parsed = parseFile({ path, text })
  const bottles: BottleView[] = []
  const unparsed: Complaint[] = [...parsed.complaints]
  for (const document of parsed.documents) {
    if (document.name === undefined) unparsed.push(...document.complaints.slice(0, 1))
    else bottles.push(viewOf(path, text, document))
  }
  return { bottles, unparsed }
}

const viewOf = (path: string, text: string, document: ParsedDocument): BottleView => {
  const { name = '', index, line, bottle, complaints } = document
  const written =
    bottle ?? (rawDocument(path, text, index) as { readonly metadata?: unknown; readonly spec?: unknown } | undefined)
  const spec = (isRecord(written?.spec) ? written.spec : {}) as Partial<BottleSpec>
  const metadata = { ...(isRecord(written?.metadata) ? written.metadata : {}), name }
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

const isStale = (status: BottleStatus | undefined, hash: string | undefined): boolean => {
  if (status === undefined) return false
  if (hash !== undefined) return status.specHash !== hash
  return status.conditions.find(({ type }) => type === 'Accepted')?.status !== 'False'
}

/** A person may have written anything there. */
const statusFrom = (value: unknown): BottleStatus | undefined => {
  if (!isRecord(value) || Object.keys(value).length === 0) return undefined
  const conditions = Array.isArray(value['conditions'])
    ? value['conditions'].filter((each) => isRecord(each) && typeof each['type'] === 'string')
    : []
  return { ...value, conditions } as unknown as BottleStatus
}

const rawDocument = (path: string, text: string, index: number): unknown => {
  if (path.endsWith('.json')) return readJson(text).value
  const documents = readYaml(text)
  return typeof documents === 'string' ? undefined : documents.find((document) => document.index === index)?.value
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const strings = (
  metadata: Readonly<Record<string, unknown>>,
  key: string,
): Readonly<Record<string, string>> | undefined => {
  const value = metadata[key]
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)]))
    : undefined
}

const identitiesIn = (stateDir: string): Promise<readonly string[]> =>
  readdir(join(stateDir, 'bottles')).catch(() => [])

const withSidecars = async ({ stateDir }: Where, bottles: readonly BottleView[]): Promise<readonly BottleView[]> => {
  if (bottles.every(({ status }) => status !== undefined)) return bottles
  const present = new Set(await identitiesIn(stateDir))
  return Promise.all(
    bottles.map(async (bottle) => {
      if (bottle.status !== undefined || bottle.identity === undefined || !present.has(bottle.identity)) return bottle
      const text = await readFile(join(stateDir, 'bottles', bottle.identity, 'status.yaml'), 'utf8').catch(
        () => undefined,
      )
      const status =
        text === undefined ? undefined : statusFrom((parseYaml(text) as { readonly status?: unknown } | null)?.status)
      return { ...bottle, status, stale: isStale(status, bottle.specHash) }
    }),
  )
}

const leftovers = async ({ stateDir }: Where, bottles: readonly BottleView[]): Promise<readonly BottleView[]> => {
  const documents = new Set(bottles.flatMap(({ identity }) => identity ?? []))
  const names = new Set(bottles.map(({ name }) => name))
  const records = await Promise.all(
    (await identitiesIn(stateDir))
      .filter((identity) => !documents.has(identity))
      .map((identity) => readRecord(stateDir, identity)),
  )
  return records.flatMap((record) => (record === undefined || names.has(record.name) ? [] : [leftover(record)]))
}

const leftover = (record: BottleRecord): BottleView => {
  const status = statusFrom(record.status)
  const left = record.retained === true && record.deleting === undefined ? 'Retained' : 'Terminating'
  return {
    name: record.name,
    file: undefined,
    index: 0,
    line: 0,
    identity: record.identity,
    metadata: {
      name: record.name,
      ...(record.deleting === undefined ? {} : { deletionTimestamp: record.deleting.since }),
    },
    spec: (record.spec ?? {}) as Partial<BottleSpec>,
    valid: true,
    complaints: [],
    status,
    stale: false,
    specHash: record.goodHash,
    left,
  }
}

export const readRecord = async (stateDir: string, identity: string): Promise<BottleRecord | undefined> => {
  const text = await readFile(join(stateDir, 'bottles', identity, 'record.json'), 'utf8').catch(() => undefined)
  try {
    const record = text === undefined ? undefined : (JSON.parse(text) as Partial<BottleRecord>)
    return typeof record?.name === 'string' && typeof record.generation === 'number'
      ? (record as BottleRecord)
      : undefined
  } catch {
    return undefined
  }
}
