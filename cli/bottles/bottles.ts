import type { Complaint } from '../../controller/document/complaint.ts'
import type { KnownFiles } from '../../controller/parsed/known-files.ts'
import type { BottleRecord } from '../../drivers/ports.ts'
import { behind, leftover, viewsOf } from './bottle-view.ts'
import type { BottleView, Parsed } from './bottle-view.ts'
import { type FileText, listFiles, readFileText, stampOf } from './files.ts'
import { identitiesIn, readRecord, stateNow, withTrueStatus } from './kept.ts'
import type { Kept, Where } from './kept.ts'
import { openKnownFiles } from './parsed.ts'

export type { BottleView } from './bottle-view.ts'
export { identitiesIn, readRecord, recordOf } from './kept.ts'
export type { Where } from './kept.ts'

/**
 * The bottles of a root, from files alone.
 *
 * Flow: each file is read, and parsed as the controller parses it, unless that kept what just these bytes say; a status is taken from the document, else from beside the record,
 *   and counts where it is that of the record; a record without a document is a bottle that is being deleted, held or retained, or whose file can't be read now.
 * Guarantees: nothing is written; unchanged files are not read again.
 * Assumptions: a caller that names changes names all of them.
 */
export interface Loaded {
  readonly bottles: readonly BottleView[]
  /** Complaints about files and documents that name no bottle. */
  readonly unparsed: readonly Complaint[]
  readonly unreadable: readonly string[]
}

/** What to read again: `files` are paths relative to the root, `state` holds identities. */
export interface Changed {
  readonly files: 'all' | ReadonlySet<string>
  readonly state: 'all' | ReadonlySet<string>
}

export type BottleReader = (changed?: Changed) => Promise<Loaded>

/** The disk operations in use; tests count them. */
export interface Files {
  readonly list: typeof listFiles
  readonly stamp: typeof stampOf
  readonly read: typeof readFileText
}

export const REAL_FILES: Files = { list: listFiles, stamp: stampOf, read: readFileText }

export const createBottleReader = (where: Where, disk: Files = REAL_FILES, statusOf = withTrueStatus): BottleReader => {
  let known = new Map<string, { readonly stamp: string; readonly parsed: Parsed }>()
  let unreadable: readonly string[] = []
  const kept = new Map<string, Kept>()
  let readFrom = where.stateDir
  let isFirst = true

  const readOne = async (path: string, into: typeof known, files: KnownFiles | undefined): Promise<void> => {
    const before = known.get(path)
    const stamp = before === undefined ? '' : await disk.stamp(where.root, path)
    if (before !== undefined && stamp !== '' && before.stamp === stamp) return void into.set(path, before)
    const read = await disk.read(where, path)
    if (read === undefined) into.delete(path)
    else into.set(path, { stamp: read.stamp ?? stamp, parsed: await parsedOf(read, files) })
  }

  const refresh = async (files: Changed['files']): Promise<void> => {
    const updated: typeof known = files === 'all' ? new Map() : new Map(known)
    let paths: readonly string[]
    if (files === 'all') ({ paths, unreadable } = await disk.list(where.root))
    else paths = [...files]
    // What changes later is new to a controller, too.
    const sealed = isFirst ? await openKnownFiles(where) : undefined
    isFirst = false
    for (let at = 0; at < paths.length; at += AT_ONCE)
      await Promise.all(paths.slice(at, at + AT_ONCE).map((path) => readOne(path, updated, sealed)))
    known = updated
  }

  return async ({ files, state } = { files: 'all', state: 'all' }) => {
    await refresh(files)
    const stateDir = await stateNow(where)
    if (state === 'all' || files === 'all' || stateDir !== readFrom) kept.clear()
    else {
      // A file whose status is new has a record that is new.
      const changed = [...files].flatMap((path) => known.get(path)?.parsed.bottles ?? [])
      for (const identity of [...state, ...changed.flatMap((bottle) => bottle.identity ?? [])]) kept.delete(identity)
    }
    readFrom = stateDir
    const now = { ...where, stateDir }
    const parsed = [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each.parsed)
    const documents = parsed.flatMap(({ bottles }) => bottles)
    const bottles = [
      ...(await statusOf(now, documents, kept)),
      ...(await leftovers(now, documents, hiding(parsed, unreadable))),
    ]
    return { bottles: bottles.sort(byName), unparsed: parsed.flatMap(({ unparsed }) => unparsed), unreadable }
  }
}

export const loadBottles = (where: Where): Promise<Loaded> => createBottleReader(where)()

/** For completion: no status is read, and no record of a bottle that has a document. */
export const loadNames = async (where: Where): Promise<readonly Pick<BottleView, 'name' | 'metadata'>[]> =>
  (await createBottleReader(where, REAL_FILES, async (_, documents) => documents)()).bottles

const AT_ONCE = 32

const byName = (a: BottleView, b: BottleView): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

const parsedOf = async (read: FileText, files: KnownFiles | undefined): Promise<Parsed> => {
  const { path, text, sha256, why } = read
  if (text === undefined) return { bottles: [], unparsed: [complaintOf(path, why)], mentions: () => false }
  const known = sha256 === undefined ? undefined : await files?.find({ path, sha256 })
  if (known !== undefined) return viewsOf({ path, text, parsed: known, raw: () => undefined })
  const { parseViews } = await import('./parse-views.ts')
  return parseViews(path, text)
}

const complaintOf = (path: string, message: string): Complaint => ({
  code: 'Unreadable',
  path,
  line: 1,
  col: 1,
  message,
  frame: '',
})

type Hiding = (record: BottleRecord) => Complaint | undefined

/** The complaint that may hide a record's document, as the controller judges: about its file, or one with its name. */
const hiding = (parsed: readonly Parsed[], unreadable: readonly string[]): Hiding => {
  const unclear = parsed.filter(({ unparsed }) => unparsed.length > 0)
  return ({ file, name }) => {
    const folder = unreadable.find((prefix) => prefix.startsWith('/') || file.startsWith(prefix))
    if (folder !== undefined) return complaintOf(file, `its folder ${folder} can't be read`)
    const found =
      unclear.find(({ unparsed }) => unparsed[0]?.path === file) ?? unclear.find(({ mentions }) => mentions(name))
    return found?.unparsed[0]
  }
}

const leftovers = async (
  { stateDir }: Where,
  bottles: readonly BottleView[],
  hidden: Hiding,
): Promise<readonly BottleView[]> => {
  const documents = new Set(bottles.flatMap(({ identity }) => identity ?? []))
  const names = new Set(bottles.map(({ name }) => name))
  const records = await Promise.all(
    (await identitiesIn(stateDir))
      .filter((identity) => !documents.has(identity))
      .map((identity) => readRecord(stateDir, identity)),
  )
  return records.flatMap((record) => {
    if (record === undefined || names.has(record.name)) return []
    const complaint = hidden(record)
    return [complaint === undefined ? leftover(record) : behind(record, complaint)]
  })
}
