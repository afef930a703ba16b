import { parseAllDocuments } from 'yaml'
import { isDeepStrictEqual } from 'node:util'

/**
 * Puts a comment at the end of the last line that an edit added or changed. Pure.
 *
 * Guarantees: the text means the same; where no comment can stand (JSON, a comment that is there already), it stays as it is.
 */
export const remarked = (before: string, after: string, remark: string): string => {
  if (before === after) return after
  const at = lineEnd(after, lastDifference(before, after))
  const line = after.slice(after.lastIndexOf('\n', at - 1) + 1, at)
  if (/\s#/.test(line)) return after
  const text = `${after.slice(0, at)} # ${remark}${after.slice(at)}`
  return isSame(text, after) ? text : after
}

/** Before the part at the end that both have. */
const lastDifference = (before: string, after: string): number => {
  const longest = Math.min(before.length, after.length)
  let same = 0
  while (same < longest && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1
  // The same characters may stand at the begin of what was added and right after it.
  let start = 0
  while (start < longest && before[start] === after[start]) start += 1
  const end = Math.max(after.length - same, start + 1)
  return after[end - 1] === '\n' ? end - 1 : end
}

/** Of the line at `at`, without its break. */
const lineEnd = (text: string, at: number): number => {
  const newline = text.indexOf('\n', at)
  if (newline === -1) return text.length
  return text[newline - 1] === '\r' ? newline - 1 : newline
}

const isSame = (a: string, b: string): boolean => {
  const [one, other] = [a, b].map((text) => parseAllDocuments(text))
  if (!Array.isArray(one) || !Array.isArray(other) || one.some(({ errors }) => errors.length > 0)) return false
  return isDeepStrictEqual(
    one.map((each) => each.toJS({ maxAliasCount: 1_000 }) as unknown),
    other.map((each) => each.toJS({ maxAliasCount: 1_000 }) as unknown),
  )
}
