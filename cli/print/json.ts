/** JSON as kubectl prints it: keys sorted, by four blanks. Pure. */
import { harmless } from '../../drivers/harmless.ts'

export const toJson = (value: unknown): string => `${harmless(JSON.stringify(sorted(value), undefined, 4))}\n`

/** In one line. */
export const toJsonLine = (value: unknown): string => `${harmless(JSON.stringify(value))}\n`

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
