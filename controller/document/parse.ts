import { valueAt } from '../../drivers/json.ts'
import type { Bottle, BottleSpec } from '../../schemas/bottle.ts'
import type { Complaint } from './complaint.ts'
import { decode } from './decode.ts'
import type { Fault, FieldFault } from './fault.ts'
import { isForeign } from './foreign.ts'
import { readJson } from './json.ts'
import { LIMITS } from './limits.ts'
import { isList } from './list.ts'
import type { Path } from './path.ts'
import type { RawDocument } from './raw-document.ts'
import { ruleFaults } from './rules.ts'
import { schemaFaults, withoutNulls } from './schema-faults.ts'
import { createSourceText } from './source-text.ts'
import type { SourceText } from './source-text.ts'
import { specHash } from './spec-hash.ts'
import { readYaml } from './yaml.ts'

/**
 * A file's text as Bottles or complaints. Pure.
 *
 * Flow: bytes → text → plain documents (YAML or JSON) → schema → rules that the schema can't express.
 * Guarantees: bounded time and memory on any bytes; at most 20 complaints, but at least one for each invalid document; an
 *   invalid document doesn't affect its neighbours; a document that may be cut short has no name.
 * Caveats: a null in a mapping counts as absent. Documents of others are counted, not checked.
 */
export interface ParsedFile {
  readonly documents: readonly ParsedDocument[]
  /** How many documents have another apiVersion or kind. */
  readonly foreign: number
  /** About the file as a whole. */
  readonly complaints: readonly Complaint[]
}

export interface ParsedDocument {
  /** Position among all documents of the file. */
  readonly index: number
  readonly name: string | undefined
  /** As written, without defaults; undefined if the document is invalid. */
  readonly bottle: Bottle | undefined
  /** Spec hash of an invalid document, if it can be computed. */
  readonly badHash?: string | undefined
  /** As written, unchecked. */
  readonly status: unknown
  readonly complaints: readonly Complaint[]
  /** Where it begins, from 1. */
  readonly line: number
  /** Of the object of an API server, where it is one. */
  readonly object?: DeclaredObject
}

export interface DeclaredObject {
  readonly uid: string
  /** Counts changes of its spec, by the server. */
  readonly generation: number
  /** Any new value asks for a rollout. */
  readonly rollout?: string
  /** Why it is refused although its spec is valid. */
  readonly refusal?: { readonly reason: string; readonly message: string }
}

export const parseFile = ({
  path,
  text: given,
}: {
  readonly path: string
  readonly text: string | Uint8Array
}): ParsedFile => {
  const { text, fault } = decode(given)
  const source = createSourceText(path, text)
  const refuse = (whole: Fault): ParsedFile => ({
    documents: [],
    foreign: 0,
    complaints: [source.complain({ ...whole, offset: 0 })],
  })
  if (fault !== undefined) return refuse(fault)
  if (text.trim() === '') return refuse({ code: 'Empty', message: 'the file is empty' })
  const raw = readRaw(path, text)
  if (raw.fault !== undefined) return refuse(raw.fault)
  const present = raw.documents.filter(({ value, faults }) => value !== null || faults.length > 0)
  if (present.length === 0) return refuse({ code: 'Empty', message: 'the file holds nothing but comments' })
  const ours = present.filter((document) => !isForeign(document))
  let budget: number = LIMITS.complaints
  const documents = ours.map((document) => {
    const parsed = parseDocument(document, source, Math.max(1, budget))
    budget -= parsed.complaints.length
    return parsed
  })
  return { documents, foreign: present.length - ours.length, complaints: [] }
}

/** By a valid spec, which never changes: the text that it was read from. */
const sources = new WeakMap<BottleSpec, { readonly path: string; readonly text: string; readonly index: number }>()

/** For `complainAt`: where a spec is from that was not parsed here. */
export const noteSource = (
  spec: BottleSpec,
  source: { readonly path: string; readonly text: string; readonly index: number },
): void => void sources.set(spec, source)

/** A complaint about a field of a valid Bottle, at its place in the file; undefined if this spec was not read here. */
export const complainAt = (spec: BottleSpec, { path, at, ...fault }: FieldFault): Complaint | undefined => {
  const known = sources.get(spec)
  if (known === undefined) return undefined
  const raw = readRaw(known.path, known.text).documents.find(({ index }) => index === known.index)
  const offset = raw?.locate(path, at) ?? 0
  return createSourceText(known.path, known.text).complain({ ...fault, offset, instead: insteadOf(path) })
}

const readRaw = (path: string, text: string): ReturnType<typeof readYaml> => {
  try {
    return path.endsWith('.json') ? { documents: [readJson(text)] } : readYaml(text)
  } catch (error) {
    // A bug in a library must not end a controller.
    return { documents: [], fault: { code: 'Syntax', message: `can't be parsed: ${String(error).slice(0, 160)}` } }
  }
}

const parseDocument = (raw: RawDocument, source: SourceText, most: number): ParsedDocument => {
  const { index, offset, value, broken } = raw
  const base = { index, line: source.lineOf(offset), status: broken ? undefined : valueAt(value, ['status']) }
  const complaints: Complaint[] = raw.faults
    .slice(0, most)
    .map((fault) => source.complain({ ...fault, instead: insteadOf(fault.path ?? []) }))
  if (broken) return { ...base, name: undefined, bottle: undefined, complaints }
  if (typeof value !== 'object' || value === null) {
    return {
      ...base,
      name: undefined,
      bottle: undefined,
      complaints: [source.complain({ code: 'WrongType', message: NOT_A_BOTTLE, offset })],
    }
  }
  if (isList(value)) {
    const message =
      'a List is not read here: each of its items must be a document of its own (bottlectl apply -f reads a List)'
    const complaint = source.complain({ code: 'BadValue', message, offset: raw.locate(['kind'], 'value') })
    return { ...base, name: undefined, bottle: undefined, complaints: [...complaints, complaint].slice(0, most) }
  }
  const name = valueAt(value, ['metadata', 'name'])
  const named = { ...base, name: typeof name === 'string' && name !== '' ? name : undefined }
  const { status: _, ...written } = value as Readonly<Record<string, unknown>>
  const bottle = (raw.nulls ? withoutNulls(written) : written) as Bottle
  const schema = schemaFaults(written, raw.nulls)
  const faults = schema.length > 0 || raw.faults.length > 0 ? schema : ruleFaults(bottle)
  const placed = faults.slice(0, MOST_PLACED).map((fault) => ({ ...fault, offset: raw.locate(fault.path, fault.at) }))
  for (const fault of placed.toSorted((a, b) => a.offset - b.offset).slice(0, most - complaints.length)) {
    complaints.push(source.complain({ ...fault, instead: insteadOf(fault.path) }))
  }
  if (complaints.length > 0) {
    return { ...named, bottle: undefined, badHash: hashIfPlain(bottle.spec), complaints }
  }
  noteSource(bottle.spec, { path: source.path, text: source.text, index })
  return { ...named, bottle, complaints }
}

const NOT_A_BOTTLE = `this isn't a Bottle: expected "apiVersion: …" and "kind: Bottle"`

/** An unchecked spec may hold values that JSON doesn't have. */
const hashIfPlain = (spec: unknown): string | undefined => {
  try {
    return spec === undefined ? undefined : specHash(spec)
  } catch {
    return undefined
  }
}

/** Locating a fault walks the document: too slow for thousands. */
const MOST_PLACED = 200

/** A line below `secrets` may hold a secret that someone put there by mistake. */
const insteadOf = (path: Path): string | undefined =>
  path[0] === 'spec' && path[1] === 'secrets' && path.length > 2 ? `${path.slice(2).join('.')}: (not shown)` : undefined
