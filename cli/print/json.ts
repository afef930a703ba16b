/** JSON and YAML as kubectl prints them: keys sorted, JSON by four blanks, lists in YAML not indented. Pure. */
import { stringify } from 'yaml'

export const toJson = (value: unknown): string => `${JSON.stringify(sorted(value), undefined, 4)}\n`

/** YAML 1.1, so that strings that an old reader takes for dates or booleans are quoted. */
export const toYaml = (value: unknown): string =>
  stringify(sorted(value), { indentSeq: false, version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })

export const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, each]) => [key, sorted(each)]),
  )
}
