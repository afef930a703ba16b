import type { PassEnd } from '../../controller/pass/pass-end.ts'

/** Output of `--once`: a line per bottle, with the reason if it isn't in the requested state. Pure. */
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
  const rest = late ? `; not settled after ${Math.round(timeoutMs / 1000)} s` : ''
  const printed = new Set(all.map(([, { message }]) => message))
  const files = unclear.filter((why) => !printed.has(why))
  return [
    ...lines,
    ...files,
    all.length === 0 ? 'no bottles' : `${good} of ${all.length} in the requested state${rest}`,
  ]
}
