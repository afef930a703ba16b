import { isRecord } from '../../drivers/json.ts'

/** What kubectl and bottlectl print of several objects: documents in one document. Pure. */
export const isList = (value: unknown): value is { readonly items?: unknown } => {
  if (!isRecord(value)) return false
  const { apiVersion, kind } = value
  return (apiVersion === 'v1' && kind === 'List') || (isOurs(apiVersion) && kind === 'BottleList')
}

const isOurs = (apiVersion: unknown): boolean => typeof apiVersion === 'string' && apiVersion.startsWith('bottled.dev/')
