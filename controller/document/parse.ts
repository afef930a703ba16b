import type { Bottle } from '../../schemas/bottle.ts'
import type { Complaint } from './complaint.ts'
import { decode } from './decode.ts'
import { isForeign } from './foreign.ts'
import { readJson } from './json.ts'
import { LIMITS } from './raw-document.ts'
import type { Path, RawDocument } from './raw-document.ts'
import { ruleFaults } from './rules.ts'
import { schemaFaults, withoutNulls } from './schema-faults.ts'
import { createSourceText } from './source-text.ts'
import type { SourceText } from './source-text.ts'
import { specHash } from './spec-hash.ts'
import { readYaml } from './yaml.ts'
import { hasDeepBrackets } from './depth.ts'
import { valueAt } from '../../drivers/json.ts'

/**
 * A file's text as Bottles, or what is wrong with it. Pure.
 *
 * Flow: bytes → text → plain documents (YAML or JSON) → schema → rules that the schema can't say.
 * Guarantees: bounded time and memory on any bytes; at most 20 complaints, but one for each document that is no good; a bad
 *   document leaves its neighbours alone; a document that can't be read whole has no name, as it might be cut short.
 * Caveats: a null in a mapping counts as absent. Documents of others are counted, not looked into.
 */
export interface ParsedFile {
  readonly documents: readonly ParsedDocument[]
  /** Documents of another apiVersion or kind. */
  readonly foreign: number
  /** About the file as a whole. */
  readonly complaints: readonly Complaint[]
}

export interface ParsedDocument {
  /** Position among all documents of the file. */
  readonly index: number
  readonly name: string | undefined
  /** As written, without defaults; undefined if anything is wrong with it. */
  readonly bottle: Bottle | undefined
  /** Hash of its spec as written, good or not; undefined if that can't be read. Of one that is no good only. */
  readonly badHash?: string | undefined
  /** As written, unchecked. */
  readonly status: unknown
  readonly complaints: readonly Complaint[]
  /** Where it begins, from 1. */
  readonly line: number
}

export const parseFile = ({
  path,
  text: given,
}: {
  readonly path: string
  readonly text: string | Uint8Array
}): ParsedFile => {
  const { text, problem } = decode(given)
  const source = createSourceText(path, text)
  const only = (complaint: Complaint): ParsedFile => ({ documents: [], foreign: 0, complaints: [complaint] })
  if (problem !== undefined) return only(source.complain({ ...problem, offset: 0 }))
  if (text.trim() === '') return only(source.complain({ code: 'Empty', message: 'the file is empty', offset: 0 }))
  const json = path.endsWith('.json')
  if (!json && hasDeepBrackets(text)) {
    const message = `nested deeper than ${LIMITS.depth} levels`
    return only(source.complain({ code: 'TooDeep', message, offset: 0 }))
  }
  let raw: readonly RawDocument[] | 'TooMany'
  try {
    raw = json ? [readJson(text)] : readYaml(text)
  } catch (error) {
    // A library's own fault must not end a controller.
    return only(
      source.complain({ code: 'Syntax', message: `can't be parsed: ${String(error).slice(0, 160)}`, offset: 0 }),
    )
  }
  if (raw === 'TooMany')
    return only(
      source.complain({ code: 'TooLarge', message: `the file has more than ${LIMITS.documents} documents`, offset: 0 }),
    )
  const present = raw.filter(({ value, problems }) => value !== null || problems.length > 0)
  if (present.length === 0)
    return only(source.complain({ code: 'Empty', message: 'the file holds nothing but comments', offset: 0 }))
  const ours = present.filter((document) => !isForeign(document))
  let budget: number = LIMITS.complaints
  const documents = ours.map((document) => {
    const parsed = parseDocument(document, source, Math.max(1, budget))
    budget -= parsed.complaints.length
    return parsed
  })
  return { documents, foreign: present.length - ours.length, complaints: [] }
}

const parseDocument = (raw: RawDocument, source: SourceText, most: number): ParsedDocument => {
  const { index, offset, value, problems, broken } = raw
  const base = { index, line: source.lineOf(offset), status: broken ? undefined : valueAt(value, ['status']) }
  const complaints: Complaint[] = problems
    .slice(0, most)
    .map((problem) => source.complain({ ...problem, instead: insteadOf(problem.path ?? []) }))
  if (broken) return { ...base, name: undefined, bottle: undefined, complaints }
  if (typeof value !== 'object' || value === null) {
    return {
      ...base,
      name: undefined,
      bottle: undefined,
      complaints: [source.complain({ code: 'WrongType', message: 'a document must be a mapping', offset })],
    }
  }
  const name = valueAt(value, ['metadata', 'name'])
  const named = { ...base, name: typeof name === 'string' && name !== '' ? name : undefined }
  const { status: _, ...written } = value as Readonly<Record<string, unknown>>
  const bottle = (raw.nulls ? withoutNulls(written) : written) as Bottle
  const schema = schemaFaults(written, raw.nulls)
  const faults = schema.length > 0 || problems.length > 0 ? schema : ruleFaults(bottle)
  const placed = faults.slice(0, MOST_PLACED).map((fault) => ({ fault, offset: raw.locate(fault.path, fault.at) }))
  for (const { fault, offset } of placed.toSorted((a, b) => a.offset - b.offset).slice(0, most - complaints.length)) {
    complaints.push(source.complain({ ...fault, offset, instead: insteadOf(fault.path) }))
  }
  return complaints.length === 0
    ? { ...named, bottle, complaints }
    : { ...named, bottle: undefined, badHash: hashIfPlain(bottle.spec), complaints }
}

/** Unchecked, it may hold what JSON has no word for. */
const hashIfPlain = (spec: unknown): string | undefined => {
  try {
    return spec === undefined ? undefined : specHash(spec)
  } catch {
    return undefined
  }
}

/** Finding a place walks the document: not for thousands of faults. */
const MOST_PLACED = 200

/** A line under `secrets` may hold a secret that someone put there by mistake. */
const insteadOf = (path: Path): string | undefined =>
  path[0] === 'spec' && path[1] === 'secrets' && path.length > 2 ? `${path.slice(2).join('.')}: (not shown)` : undefined
