import { editDocument } from './edit.ts'
import { parseDocuments } from './source-map.ts'

/**
 * The one thing bottled changes in a person's file: the top-level `status` of a document. Pure.
 *
 * Guarantees: those of `editDocument`: every byte outside of `status` stays and the result has proved itself, or it throws
 *   a `SpliceError`.
 */
export interface StatusSplice {
  readonly text: string
  readonly index: number
  /** undefined removes it. */
  readonly status: unknown
  readonly json?: boolean
}

export const spliceStatus = ({ text, index, status, json = false }: StatusSplice): string =>
  editDocument({ text, index, path: ['status'], value: status, json })

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
