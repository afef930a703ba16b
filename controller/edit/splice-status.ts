import { calmEntries } from './calm-text.ts'
import { editDocument } from './set-value.ts'
import { emitBlock } from './emit.ts'
import { parseDocuments } from './source-map.ts'

/**
 * The one thing bottled changes in a person's file: the top-level `status` of a document. Pure.
 *
 * Guarantees: those of `editDocument`: every byte outside of `status` stays and the result has proved itself, or it
 *   throws a `SpliceError`.
 * Caveats: a text that can be told line by line is not parsed, before or after: both must be calm instead.
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

/** undefined: it takes a parser. */
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
  const made = calmEntries(after)
  return made?.length === entries.length + (old === undefined ? 1 : 0) ? after : undefined
}

/** Without the status of any Bottle, for git. What can't be parsed stays as it is. */
export const removeStatus = (text: string): string =>
  parseDocuments(text).reduce((rest, doc, index) => {
    if (doc.errors.length > 0 || !isBottle(doc.get('kind'), doc.get('apiVersion'))) return rest
    try {
      return spliceStatus({ text: rest, index, status: undefined })
    } catch {
      return rest
    }
  }, text)

const isBottle = (kind: unknown, apiVersion: unknown): boolean =>
  kind === 'Bottle' && typeof apiVersion === 'string' && apiVersion.startsWith('bottled.dev/')
