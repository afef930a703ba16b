import { isDeepStrictEqual } from 'node:util'
import { isRecord } from '../../drivers/json.ts'
import type { Bottle } from '../../schemas/bottle.ts'
import type { ParsedDocument, ParsedFile } from '../document/parse.ts'
import { ruleFaults } from '../document/rules.ts'
import { schemaFaults } from '../document/schema-faults.ts'

/**
 * What a file says, as JSON that can be read back. Pure.
 *
 * Guarantees: read back, it is what was parsed, or undefined; each Bottle in it passes schema and rules once more, whoever wrote
 *   the JSON. Caveats: only files without any complaint have an entry.
 */
export interface Entry {
  readonly foreign: number
  readonly documents: readonly {
    readonly index: number
    readonly line: number
    readonly bottle: Bottle
    readonly status?: unknown
  }[]
}

/** Nothing in it is complained about. */
export const isFaultless = ({ documents, complaints }: ParsedFile): boolean =>
  complaints.length === 0 && documents.every(({ bottle, complaints: own }) => bottle !== undefined && own.length === 0)

/** Undefined: it has complaints, or values that JSON doesn't have. */
export const entryOf = (parsed: ParsedFile): Entry | undefined => {
  if (!isFaultless(parsed)) return undefined
  const documents = parsed.documents.flatMap(({ index, line, bottle, status }) =>
    bottle === undefined ? [] : { index, line, bottle, ...(status === undefined ? {} : { status }) },
  )
  const entry = { foreign: parsed.foreign, documents }
  return isDeepStrictEqual(JSON.parse(JSON.stringify(entry)), entry) ? entry : undefined
}

/** Undefined: nothing that could have been parsed. */
export const fileOf = (value: unknown): ParsedFile | undefined => {
  if (!isRecord(value)) return undefined
  const { foreign, documents } = value
  if (!isCount(foreign) || !Array.isArray(documents)) return undefined
  const read: ParsedDocument[] = []
  for (const each of documents as readonly unknown[]) {
    const document = documentOf(each)
    if (document === undefined || document.index <= (read.at(-1)?.index ?? -1)) return undefined
    read.push(document)
  }
  return { documents: read, foreign, complaints: [] }
}

const documentOf = (value: unknown): ParsedDocument | undefined => {
  if (!isRecord(value)) return undefined
  const { index, line, bottle, status } = value
  if (!isCount(index) || !isCount(line) || line === 0) return undefined
  if (!isRecord(bottle) || 'status' in bottle || schemaFaults(bottle, false).length > 0) return undefined
  const valid = bottle as unknown as Bottle
  if (ruleFaults(valid).length > 0) return undefined
  return { index, line, name: valid.metadata.name, bottle: valid, status, complaints: [] }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
