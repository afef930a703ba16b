/** A value as Go's `%v` writes it, which is what kubectl puts into custom columns. Pure. */
export const goValue = (value: unknown): string => {
  if (value === null) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `map[${entries.map(([key, each]) => `${key}:${goValue(each)}`).join(' ')}]`
}
