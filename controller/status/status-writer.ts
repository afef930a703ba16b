import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { stringify } from 'yaml'
import type { Disk } from '../../drivers/disk/disk.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import type { Folder } from '../folder/folder.ts'
import type { Writer } from '../folder/open-writers.ts'
import { parseFile } from '../document/parse.ts'
import { LIMITS } from '../document/raw-document.ts'
import { sha256Of } from '../document/content-hash.ts'
import { spliceStatus } from '../edit/splice-status.ts'
import { SpliceError } from '../edit/splice-error.ts'
import type { Store, StoredDocument } from '../feed/store.ts'

/**
 * Puts a status where people read it: into the document, or beside the record.
 *
 * Flow: compare with what the file is known to say, take the file aside, find the document by name in what was really
 *   there, splice.
 * Guarantees: no write if nothing changed; only the bytes of `status` change; the document is found by its name, so a text
 *   that moved on meanwhile is spliced as it is then.
 * Caveats: a file that can't be written is tried again at each pass and told once per status; one that its status would
 *   make too large to be read is not written.
 */
export type Written =
  | { readonly kind: 'written' | 'unchanged' | 'gone' }
  | { readonly kind: 'unwritable'; readonly why: string }
  | { readonly kind: 'held'; readonly writer: Writer }

export interface StatusWriter {
  write(target: {
    readonly document: StoredDocument
    readonly identity: string | undefined
    readonly status: BottleStatus
  }): Promise<Written>
}

export const createStatusWriter = (options: {
  readonly mode: 'inline' | 'sidecar'
  readonly folder: Pick<Folder, 'rewrite'>
  readonly store: Store
  readonly stateDir: string
  readonly disk: Disk
}): StatusWriter => {
  const { mode, folder, store, stateDir, disk } = options
  /** What could not be written, by path and name. */
  const refused = new Map<string, { readonly status: BottleStatus; readonly why: string }>()

  const inline = async (document: StoredDocument, status: BottleStatus): Promise<Written> => {
    const { path, name } = document
    const key = `${path}\0${name ?? ''}`
    if (isDeepStrictEqual(document.status, status)) return { kind: 'unchanged' }
    let known = false
    let at = document.index
    const written = await folder.rewrite(path, (text) => {
      known = sha256Of(text) === store.sha256(path)
      const found = parseFile({ path, text }).documents.filter((one) => one.name === name)
      const target = found.find(({ index }) => index === document.index) ?? found[0]
      if (target === undefined) return undefined
      at = target.index
      const made = spliceStatus({ text, index: at, status, json: path.endsWith('.json') })
      refuseUnreadable({ path, text: made }, name)
      return made
    })
    // A text that moved on is still to be read: what is noted as known would never be.
    if (written.kind === 'written' && known) store.noteStatus(path, at, status, written.sha256)
    if (written.kind !== 'unwritable') {
      refused.delete(key)
      return written
    }
    const told = refused.get(key)
    refused.set(key, { status, why: written.why })
    return isDeepStrictEqual(told, refused.get(key)) ? { kind: 'unchanged' } : written
  }

  const sidecar = async (identity: string | undefined, status: BottleStatus): Promise<Written> => {
    if (identity === undefined) return { kind: 'unchanged' }
    const path = join(stateDir, 'bottles', identity, 'status.yaml')
    const text = stringify({ status })
    if ((await disk.read(path)) === text) return { kind: 'unchanged' }
    await disk.writeDurable(path, text)
    return { kind: 'written' }
  }

  return {
    write: ({ document, identity, status }) =>
      mode === 'inline' ? inline(document, status) : sidecar(identity, status),
  }
}

const refuseUnreadable = (file: { readonly path: string; readonly text: string }, name: string | undefined): void => {
  const bytes = Buffer.byteLength(file.text)
  const most =
    bytes > LIMITS.fileBytes
      ? LIMITS.fileBytes
      : bytes > LIMITS.documentBytes && !parseFile(file).documents.some((one) => one.name === name)
        ? LIMITS.documentBytes
        : undefined
  if (most === undefined) return
  const message = `with its status it would be larger than ${most / 1024} KiB and not be read any more; --status sidecar writes elsewhere`
  throw new SpliceError('TooLarge', message)
}
