import { harmless } from '../../drivers/harmless.ts'

/** One line of a value, for a table or a terminal: cut at the first line end, control characters made visible. Pure. */
export const cell = (value: unknown): string => {
  const text = typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value)
  const [line = ''] = text.split(/[\n\r\f]/, 1)
  return visible(line.length < text.length ? `${line}...` : line)
}

/** Text in a layout: a tab would be the end of a cell. */
export const visible = (text: string): string => harmless(text.replaceAll('\t', ' '))

/** The same for text of several lines. */
export const visibleLines = (text: string): string => text.split('\n').map(visible).join('\n')
