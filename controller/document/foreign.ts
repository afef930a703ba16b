import { isList } from './list.ts'
import { nearest } from './nearest.ts'
import type { RawDocument } from './raw-document.ts'

/**
 * Whether a document is someone else's and is skipped. Pure.
 *
 * Caveats: a document that may be a Bottle cut short by a torn write is not foreign, nor is another version of our group or
 *   a misspelt kind: a typo must not look like a deletion. A List is foreign only if all its items are.
 */
export const isForeign = ({ value, broken }: Pick<RawDocument, 'value' | 'broken'>): boolean => {
  if (Array.isArray(value)) return !broken
  if (typeof value !== 'object' || value === null) return false
  if (isList(value)) return !broken && isOthers(value.items)
  const { apiVersion, kind } = value as { readonly apiVersion?: unknown; readonly kind?: unknown }
  if (apiVersion === undefined || apiVersion === null) return kind !== 'Bottle' && apiVersion === undefined && !broken
  if (typeof apiVersion !== 'string') return false
  if (apiVersion.startsWith(GROUP)) return typeof kind === 'string' && !isNearlyOurs(kind) && !broken
  if (kind === undefined || kind === null) return !GROUP.startsWith(apiVersion)
  return true
}

/** Their depth is bounded where they are read. */
const isOthers = (items: unknown): boolean =>
  Array.isArray(items) && items.length > 0 && items.every((value: unknown) => isForeign({ value, broken: false }))

const GROUP = 'bottled.dev/'

/** Misspelt or cut short. */
const isNearlyOurs = (kind: string): boolean => 'Bottle'.startsWith(kind) || nearest(kind, ['Bottle']) !== undefined
