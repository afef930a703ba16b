/** One line of a value, for a table or a terminal: cut at the first line end, control characters made visible. Pure. */
export const cell = (value: unknown): string => {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value)
  const [line = ''] = text.split(/[\n\r\f]/, 1)
  return visible(line.length < text.length ? `${line}...` : line)
}

/** Text of a file or a bundle must not control the terminal. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, (character) =>
    character === '\t' ? ' ' : `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  )

/** The same for text of several lines. */
export const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n')
