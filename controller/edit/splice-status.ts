import { LIMITS } from '../document/limits.ts'
import { readDocuments } from '../document/yaml-documents.ts'
import { calmEntries } from './calm-text.ts'
import { emitBlock } from './emit.ts'
import { editDocument } from './set-value.ts'

/**
 * Writes the top-level `status` of a document: all that bottled changes in a person's file. Pure.
 *
 * Guarantees: those of `editDocument`: every byte outside `status` is kept and the result is checked, or a `SpliceError`
 *   is thrown.
 * Caveats: a calm text (see calm-text.ts) is not parsed, neither before nor after: the result must be calm, too.
 */
export interface StatusSplice {
  readonly text: string
  readonly index: number
  /** undefined removes it. */
  readonly status: unknown
  readonly json?: boolean
}

export const spliceStatus = ({ text, index, status, json = false }: StatusSplice): string =>
  (index === 0 && !json ? spliceCalm(text, status) : undefined) ??
  editDocument({ text, index, path: ['status'], value: status, json })

/** undefined: it needs the parser. */
export const spliceCalm = (text: string, status: unknown): string | undefined => {
  if (typeof status !== 'object' || status === null || Array.isArray(status) || Object.keys(status).length === 0)
    return undefined
  if (!/[^\n]\n$/.test(text)) return undefined
  const entries = calmEntries(text)
  const old = entries?.find(({ key }) => key === 'status')
  if (entries === undefined || entries.length === 0 || (old !== undefined && (!old.bare || old.trailed)))
    return undefined
  const fresh = `status:${emitBlock(JSON.parse(JSON.stringify(status)), { indent: '  ', eol: '\n' })}`
  const after = old === undefined ? `${text}${fresh}\n` : text.slice(0, old.start) + fresh + text.slice(old.end)
  if (Buffer.byteLength(after) > LIMITS.documentBytes) return undefined
  const made = calmEntries(after)
  return made?.length === entries.length + (old === undefined ? 1 : 0) ? after : undefined
}

/** For git: removes the status of every Bottle. Documents that can't be parsed are kept as they are. */
export const removeStatus = (text: string): string =>
  readDocuments(text).documents.reduce((rest, { tree, index }) => {
    if (!isBottle(tree.get('kind'), tree.get('apiVersion')) || !tree.has('status')) return rest
    try {
      return spliceStatus({ text: rest, index, status: undefined })
    } catch {
      return rest
    }
  }, text)

const isBottle = (kind: unknown, apiVersion: unknown): boolean =>
  kind === 'Bottle' && typeof apiVersion === 'string' && apiVersion.startsWith('bottled.dev/')
