import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Disk } from '../../drivers/disk/disk.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import type { Folder } from '../folder/folder.ts'
import type { Writer } from '../folder/open-writers.ts'
import { parseFile } from '../document/parse.ts'
import { sha256Of } from '../../drivers/content-hash.ts'
import { yamlText } from '../document/yaml-text.ts'
import { spliceStatus } from '../edit/splice-status.ts'
import type { StatusSplice } from '../edit/splice-status.ts'
import { SpliceError } from '../edit/splice-error.ts'
import type { Store, StoredDocument } from '../feed/store.ts'

/**
 * Writes a status where people read it: into the document, or beside the record.
 *
 * Flow: compare with the file's known status, take the file aside, find the document by name in its text, splice.
 * Guarantees: no write if nothing changed; only the bytes of `status` change; an edit that came meanwhile is kept.
 * Caveats: a file that can't be written is tried at each pass and reported once per status, also if the status would make it
 *   too large to be read.
 */
export type Written =
  | { readonly kind: 'written' | 'unchanged' | 'gone' }
  | { readonly kind: 'unwritable'; readonly why: string }
  | { readonly kind: 'held'; readonly writer: Writer }

export interface StatusTarget {
  readonly document: StoredDocument
  /** Undefined for a document without a record. */
  readonly identity: string | undefined
  readonly status: BottleStatus
}

export interface StatusWriter {
  write(target: StatusTarget): Promise<Written>
  /** True where a write would change nothing. */
  stands(target: StatusTarget): Promise<boolean>
}

export const createStatusWriter = (options: {
  readonly mode: 'inline' | 'sidecar'
  readonly folder: Pick<Folder, 'rewrite'>
  readonly store: Store
  readonly stateDir: string
  readonly disk: Disk
}): StatusWriter => {
  const { mode, folder, store, stateDir, disk } = options
  /** Statuses that couldn't be written, by path and name. */
  const refused = new Map<string, { readonly status: BottleStatus; readonly why: string }>()

  const inline = async (document: StoredDocument, status: BottleStatus): Promise<Written> => {
    const { path, name } = document
    const key = `${path}\0${name ?? ''}`
    if (isDeepStrictEqual(document.status, status)) return { kind: 'unchanged' }
    /** True where the text taken aside is the one in the store. */
    let isKnown = false
    let { index } = document
    const written = await folder.rewrite(path, (text) => {
      isKnown = sha256Of(text) === store.sha256(path)
      const documents = isKnown ? store.documentsIn(path) : parseFile({ path, text }).documents
      const namesakes = documents.filter((parsed) => parsed.name === name)
      const target = namesakes.find((parsed) => parsed.index === document.index) ?? namesakes[0]
      if (target === undefined) return undefined
      index = target.index
      return splice({ text, index, status, json: path.endsWith('.json') })
    })
    // A text that changed meanwhile must be read: noting it as known would prevent that.
    if (written.kind === 'written' && isKnown) store.noteStatus(path, index, status, written.sha256)
    if (written.kind !== 'unwritable') {
      refused.delete(key)
      return written
    }
    const before = refused.get(key)
    const now = { status, why: written.why }
    refused.set(key, now)
    return isDeepStrictEqual(before, now) ? { kind: 'unchanged' } : written
  }

  const pathOf = (identity: string): string => join(stateDir, 'bottles', identity, 'status.yaml')

  const sidecar = async (identity: string | undefined, status: BottleStatus): Promise<Written> => {
    if (identity === undefined) return { kind: 'unchanged' }
    const path = pathOf(identity)
    const text = textOf(status)
    if ((await disk.read(path)) === text) return { kind: 'unchanged' }
    await disk.writeDurable(path, text)
    return { kind: 'written' }
  }

  return {
    stands: async ({ document, identity, status }) =>
      mode === 'inline'
        ? isDeepStrictEqual(document.status, status)
        : identity === undefined || (await disk.read(pathOf(identity))) === textOf(status),
    write: ({ document, identity, status }) =>
      mode === 'inline' ? inline(document, status) : sidecar(identity, status),
  }
}

const textOf = (status: BottleStatus): string => yamlText({ status })

/** Names the way around a limit. */
const splice = (request: StatusSplice): string => {
  try {
    return spliceStatus(request)
  } catch (error) {
    if (!(error instanceof SpliceError) || error.code !== 'TooLarge') throw error
    throw new SpliceError('TooLarge', `with its status ${error.message}; --status sidecar writes elsewhere`)
  }
}
