import type { Repository } from '../../egress/git/repository.ts'
import { parseRepositoryUrl } from '../../egress/git/url.ts'

/** What keeps a value from being repositories of the git gate; undefined: it is. Pure. */
export const repositoryNonsense = (value: unknown): string | undefined => {
  if (!Array.isArray(value)) return 'git.repositories must be a list'
  const names = new Set<unknown>()
  for (const [index, each] of (value as readonly unknown[]).entries()) {
    const where = `git.repositories[${index}]`
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return `${where} must be an object`
    const fields = each as Readonly<Record<string, unknown>>
    for (const [key, is] of Object.entries(FIELDS))
      if (!is(fields[key])) return `${where}.${key} is missing or not what it must be`
    // It may narrow an entry.
    if (Object.keys(fields).some((key) => !Object.hasOwn(FIELDS, key)))
      return `${where} has a field that this bundle doesn't know`
    if (names.has(fields['name'])) return `${where}.name is there twice`
    names.add(fields['name'])
  }
  return undefined
}

type Check = (value: unknown) => boolean
const isFlag: Check = (value) => typeof value === 'boolean'
const isText: Check = (value) => typeof value === 'string' && value !== ''
const isUrl: Check = (value) => {
  if (typeof value !== 'string') return false
  const parsed = parseRepositoryUrl(value)
  return 'url' in parsed && parsed.url === value
}
const isCredential: Check = (value) =>
  value === undefined ||
  (typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 2 &&
    ['secret', 'username'].every((key) => isText((value as Readonly<Record<string, unknown>>)[key])))

const FIELDS: Readonly<Record<keyof Repository, Check>> = {
  name: (value) => typeof value === 'string' && /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/.test(value),
  url: isUrl,
  credential: isCredential,
  fetch: isFlag,
  push: (value) => Array.isArray(value) && value.every(isText),
  maxPackMiB: (value) => Number.isInteger(value) && Number(value) > 0,
  review: isFlag,
  private: isFlag,
}
