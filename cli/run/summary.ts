import type { PassEnd } from '../../controller/pass/pass-end.ts'

/** What `--once` prints: a line per bottle, and why where it isn't as asked. Pure. */
export const summaryLines = (
  ends: ReadonlyMap<string, PassEnd>,
  {
    late,
    timeoutMs,
    unclear,
  }: { readonly late: boolean; readonly timeoutMs: number; readonly unclear: readonly string[] },
): readonly string[] => {
  const all = [...ends].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const width = Math.max(...all.map(([name]) => name.length), 0)
  const lines = all.map(
    ([name, { outcome, message, asAsked }]) =>
      `${name.padEnd(width)}   ${outcome}${asAsked || message === '' ? '' : `: ${message}`}`,
  )
  const good = all.filter(([, { asAsked }]) => asAsked).length
  const rest = late ? `; not at rest after ${Math.round(timeoutMs / 1000)} s` : ''
  const told = new Set(all.map(([, { message }]) => message))
  const files = unclear.filter((why) => !told.has(why))
  return [...lines, ...files, all.length === 0 ? 'no bottles' : `${good} of ${all.length} as asked${rest}`]
}
