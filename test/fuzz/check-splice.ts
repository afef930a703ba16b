import * as assert from 'uvu/assert'
import { isMap, parseAllDocuments } from 'yaml'
import type { Document } from 'yaml'
import { readDocuments } from '../../controller/document/yaml-documents.ts'
import { spliceStatus } from '../../controller/edit/splice-status.ts'
import { SpliceError } from '../../controller/edit/splice-error.ts'

/**
 * Checks a splice with another reader: bytes outside `status` are kept, everything else reads back the same, the status
 * reads back as given, writing it again changes nothing. Returns why the splice was refused, if it was.
 */
export const checkSplice = (text: string, index: number, status: unknown): string | undefined => {
  const before = documentsOf(text)
  const written = splice(text, index, status)
  if (written instanceof SpliceError) return written.code
  const ours = readDocuments(text).documents
  if (ours.length !== before.length) {
    // This reader reads an open quote over `---`.
    assert.ok(written.startsWith(text.slice(0, ours[index]?.start)), 'documents before')
    assert.ok(written.endsWith(text.slice(ours[index]?.end)), 'documents after')
    return undefined
  }
  const after = documentsOf(written)
  const old = before[index]
  assert.ok(old !== undefined && isMap(old.contents), 'only a mapping has a status')
  const pair = old.contents.items.find(({ key }) => isStatus(key))
  if (pair === undefined) assert.ok(isInsertion(text, written), 'only an insertion')
  else {
    const [start, end] = placeOf(pair, text.length)
    assert.ok(written.startsWith(text.slice(0, start)), `bytes before: ${JSON.stringify([text, written])}`)
    assert.ok(written.endsWith(text.slice(end)), `bytes after: ${JSON.stringify([text, written])}`)
  }
  assert.is(after.length, before.length, 'as many documents')
  for (const [at, document] of after.entries()) {
    const [is, was] = [plainOf(document), plainOf(before[at])]
    if (is === undefined || was === undefined) continue
    assert.equal(without(is, at === index), without(was, at === index), 'all else reads back the same')
    if (at === index)
      assert.equal((is as { status?: unknown }).status, JSON.parse(JSON.stringify(status)), 'the status reads back')
  }
  const again = splice(written, index, status)
  assert.is(again, written, 'writing the same again changes nothing')
  return undefined
}

const splice = (text: string, index: number, status: unknown): string | SpliceError => {
  try {
    return spliceStatus({ text, index, status })
  } catch (error) {
    if (error instanceof SpliceError) return error
    throw error
  }
}

export const documentsOf = (text: string): readonly Document[] =>
  (parseAllDocuments(text, { logLevel: 'error' }) as readonly Document[]).slice()

interface Ranged {
  readonly range?: readonly [number, number, number] | null
  readonly value?: unknown
}

const isStatus = (key: unknown): boolean => (key as Ranged | null)?.value === 'status'

/** From the key to the end of the value, with comments inside and after it. */
const placeOf = (
  { key, value }: { readonly key: unknown; readonly value: unknown },
  last: number,
): readonly [number, number] => {
  const start = (key as Ranged).range?.[0] ?? 0
  return [start, (value as Ranged | null)?.range?.[2] ?? (key as Ranged).range?.[2] ?? last]
}

const isInsertion = (text: string, written: string): boolean => {
  let head = 0
  while (head < text.length && text[head] === written[head]) head += 1
  return written.endsWith(text.slice(head))
}

/** undefined: it has no plain data. */
const plainOf = (document: Document | undefined): unknown => {
  if (document === undefined || document.errors.length > 0) return undefined
  try {
    return JSON.parse(JSON.stringify(document.toJS()))
  } catch {
    return undefined
  }
}

const without = (value: unknown, strip: boolean): unknown => {
  if (!strip || typeof value !== 'object' || value === null) return value
  const { status: _, ...rest } = value as { readonly status?: unknown }
  return rest
}
