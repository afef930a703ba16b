import { parseAllDocuments } from 'yaml'
import { isDeepStrictEqual } from 'node:util'

/**
 * Puts a comment at the end of the first line that an edit added or changed. Pure.
 *
 * Guarantees: the text means the same; where no comment can stand, or one stands already, it stays as it is.
 */
export const remarked = (before: string, after: string, remark: string): string => {
  if (before === after) return after
  const at = lineEnd(after, firstDifference(before, after))
  const line = after.slice(after.lastIndexOf('\n', at - 1) + 1, at)
  if (/\s#/.test(line)) return after
  const text = `${after.slice(0, at)} # ${remark}${after.slice(at)}`
  return isSame(text, after) ? text : after
}

const firstDifference = (before: string, after: string): number => {
  let at = 0
  while (at < before.length && before[at] === after[at]) at += 1
  // It may begin with the break of the line before.
  return /^\r?\n/.test(after.slice(at)) ? after.indexOf('\n', at) + 1 : at
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
