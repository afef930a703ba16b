/**
 * An agent's text as anybody may see it: one line, without what controls a terminal, hides or turns the reading order. Pure.
 *
 * Guarantees: at most `bytes` of UTF-8, and cut between characters; cleaning a clean text changes nothing.
 */
export const clean = (text: string, bytes: number = LONGEST_BYTES): string => {
  // What is cut away anyway isn't even looked at.
  const line = text.slice(0, bytes).replace(SPACE, ' ').replace(HIDDEN, '').replace(/ +/g, ' ').trim()
  if (byteLength(line) <= bytes) return line
  let cut = ''
  let size = byteLength(ELLIPSIS)
  for (const character of line) {
    size += byteLength(character)
    if (size > bytes) break
    cut += character
  }
  return `${cut.trimEnd()}${ELLIPSIS}`
}

export const LONGEST_BYTES = 2_048

const ELLIPSIS = '…'
const SPACE = /[\t\n\v\f\r\u0085\u2028\u2029]/g
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu

const byteLength = (text: string): number => new TextEncoder().encode(text).length
