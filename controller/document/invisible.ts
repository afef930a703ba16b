/**
 * What no editor shows, and what is often the cause of a complaint about its line: it came in by copying from a web page or a
 * chat. Pure.
 */
export const invisibleIn = (line: string): string => {
  const found = [...line.matchAll(INVISIBLE)]
  const [first] = found
  if (first === undefined) return ''
  const code = (first[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const name = NAMES[code]
  const more = found.length === 1 ? '' : `, the first of ${found.length}`
  return ` (column ${first.index + 1} has the invisible character U+${code}${name === undefined ? '' : ` ${name}`}${more})`
}

/** Spaces other than that of the keyboard, format and control characters other than the tab, line separators. */
const INVISIBLE = /(?![ \t])[\p{Zs}\p{Cf}\p{Cc}\p{Zl}\p{Zp}\u{115F}\u{3164}]/gu

const NAMES: Readonly<Record<string, string>> = {
  '00A0': 'NO-BREAK SPACE',
  '00AD': 'SOFT HYPHEN',
  '2007': 'FIGURE SPACE',
  '2009': 'THIN SPACE',
  '200B': 'ZERO WIDTH SPACE',
  '200C': 'ZERO WIDTH NON-JOINER',
  '200D': 'ZERO WIDTH JOINER',
  '200E': 'LEFT-TO-RIGHT MARK',
  '200F': 'RIGHT-TO-LEFT MARK',
  '2028': 'LINE SEPARATOR',
  '202E': 'RIGHT-TO-LEFT OVERRIDE',
  '202F': 'NARROW NO-BREAK SPACE',
  '2060': 'WORD JOINER',
  '3000': 'IDEOGRAPHIC SPACE',
  FEFF: 'BYTE ORDER MARK',
}
