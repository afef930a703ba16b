/** JSON and YAML as kubectl prints them: keys sorted, JSON by four blanks, lists in YAML not indented. Pure. */
import { yamlText } from '../../controller/document/yaml-text.ts'
import { harmless } from '../../drivers/harmless.ts'

export const toJson = (value: unknown): string => `${harmless(JSON.stringify(sorted(value), undefined, 4))}\n`

/** In one line. */
export const toJsonLine = (value: unknown): string => `${harmless(JSON.stringify(value))}\n`

/** YAML 1.1, so that strings that an old reader takes for dates or booleans are quoted. */
export const toYaml = (value: unknown): string =>
  yamlText(sorted(value), { version: '1.1', indentSeq: false, lineWidth: 0 })

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
