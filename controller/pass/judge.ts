import type { BottleRecord } from '../../drivers/ports.ts'
import { identityOf } from '../../reconcilers/derive/identity.ts'
import type { Bottle, BottleSpec } from '../../schemas/bottle.ts'
import { refusedChanges } from '../document/spec-changes.ts'
import { formatComplaint } from '../document/complaint.ts'
import { hashOfDocument, specHash } from '../document/spec-hash.ts'
import type { StoredDocument, Unclear } from '../feed/store.ts'
import type { Cause } from './cause.ts'

/**
 * Judges the documents of one name. Pure.
 *
 * Flow: pick the document that owns the name, then accept its spec or refuse it.
 * Guarantees: a refusal leaves the last good spec in force; a name counts as absent only if no unclear file could hold it.
 */
export type Judgement =
  | Accepted
  | Refused
  | { readonly kind: 'unknown'; readonly unclear: Unclear }
  | { readonly kind: 'absent' }

export interface Accepted {
  readonly kind: 'accepted'
  readonly document: StoredDocument
  readonly bottle: Bottle
  readonly identity: string
  readonly hash: string
}

export interface Refused extends Cause {
  readonly kind: 'refused'
  readonly document: StoredDocument
  readonly hash: string | undefined
}

export const judge = (facts: {
  readonly name: string
  readonly documents: readonly StoredDocument[]
  /** The record of this name, if it has one. */
  readonly record: BottleRecord | undefined
  /** The record that has the identity the document asks for. */
  readonly holder: (identity: string) => BottleRecord | undefined
  readonly unclear: readonly Unclear[]
}): Judgement => {
  const { name, documents, record, holder, unclear } = facts
  const document = ownerOf(documents, record)
  if (document === undefined) {
    const hiding =
      unclear.find(({ covers }) => record !== undefined && covers(record.file)) ??
      unclear.find(({ mentions }) => mentions(name))
    return hiding === undefined ? { kind: 'absent' } : { kind: 'unknown', unclear: hiding }
  }
  const { bottle } = document
  // A misspelled key explains what else is wrong, so it comes first: `agnet` before "agent is missing".
  const complaint = document.complaints.find(({ suggestion }) => suggestion !== undefined) ?? document.complaints[0]
  if (bottle === undefined) {
    const others = document.complaints.length > 1 ? ` (and ${document.complaints.length - 1} more)` : ''
    return {
      kind: 'refused',
      document,
      reason: 'Invalid',
      message:
        complaint === undefined ? 'the document is not a valid Bottle' : `${formatComplaint(complaint)}${others}`,
      hash: hashOfDocument(document),
    }
  }
  const hash = specHash(bottle.spec)
  const refuse = (reason: string, message: string): Judgement => ({ kind: 'refused', document, reason, message, hash })
  const identity = identityOf(bottle)
  if (identity === undefined) return refuse('Invalid', `metadata.name ${name} is not a slug: set spec.identity`)
  const { refusal } = document.object ?? {}
  if (refusal !== undefined) return refuse(refusal.reason, refusal.message)
  const other = holder(identity)
  if (other !== undefined && other.name !== name) {
    return refuse(
      'DuplicateIdentity',
      `identity ${identity} belongs to bottle/${other.name} in ${other.file}: set another spec.identity`,
    )
  }
  if (record?.spec !== undefined && record.deleting === undefined) {
    const [change] = refusedChanges(record.spec as BottleSpec, bottle.spec, name)
    if (change !== undefined) return refuse(change.reason, `${document.path}:${document.line}: ${change.message}`)
  }
  return { kind: 'accepted', document, bottle, identity, hash }
}

/** The document that owns the name: the one in the record's file, else the first. */
export const ownerOf = (
  documents: readonly StoredDocument[],
  record: BottleRecord | undefined,
): StoredDocument | undefined => documents.find(({ path }) => path === record?.file) ?? documents[0]

/** Documents that don't own their name, with a message for each. */
export const duplicatesOf = (
  documents: readonly StoredDocument[],
  record: BottleRecord | undefined,
): readonly { readonly document: StoredDocument; readonly message: string }[] => {
  const owner = ownerOf(documents, record)
  if (owner === undefined) return []
  const where = `${owner.path}:${owner.line}`
  return documents
    .filter((document) => document !== owner)
    .map((document) => ({
      document,
      message: `bottle/${document.name ?? ''} is already defined in ${where}: rename or remove one of the two`,
    }))
}
