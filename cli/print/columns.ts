import { stripVTControlCharacters } from 'node:util'

/**
 * Text in columns, as Go's text/tabwriter lays it out (kubectl prints through it). Pure.
 *
 * Guarantees: a cell ends at a tab, and the last cell of a line is in no column; a column is as wide as its widest cell in
 *   neighbouring lines; a line without that cell ends the column.
 */
export interface Layout {
  readonly minWidth: number
  readonly padding: number
}

/** `kubectl get`. */
export const TABLE: Layout = { minWidth: 6, padding: 3 }
/** `kubectl describe`. */
export const GUTTER: Layout = { minWidth: 0, padding: 2 }

export const alignLines = (lines: readonly string[], layout: Layout): readonly string[] => {
  const rows = lines.map((line) => line.split('\t'))
  const out: string[] = []
  const widths: number[] = []

  const put = (from: number, to: number): void => {
    for (const row of rows.slice(from, to)) {
      out.push(row.map((cell, column) => (column < row.length - 1 ? pad(cell, widths[column] ?? 0) : cell)).join(''))
    }
  }

  const format = (from: number, to: number): void => {
    const column = widths.length
    let written = from
    for (let at = from; at < to; at++) {
      if (column >= (rows[at]?.length ?? 0) - 1) continue
      put(written, at)
      let end = at
      let width = layout.minWidth
      for (; end < to && column < (rows[end]?.length ?? 0) - 1; end++) {
        width = Math.max(width, widthOf(rows[end]?.[column] ?? '') + layout.padding)
      }
      widths.push(width)
      format(at, end)
      widths.pop()
      written = end
      at = end - 1
    }
    put(written, to)
  }

  format(0, rows.length)
  return out
}

/** Code points, as Go counts them, without colours. */
const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))
