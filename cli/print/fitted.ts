import stringWidth from 'string-width'
import { cell } from './cell.ts'

/** Cuts a line to so many columns of a terminal; an ellipsis shows that it was longer. Pure. */
export const fitted = (text: string, columns: number): string => {
  const line = cell(text)
  if (stringWidth(line) <= columns) return line
  if (columns < 1) return ''
  let left = columns - 1
  const letters = [...LETTERS.segment(line)].map(({ segment }) => segment)
  const end = letters.findIndex((letter) => (left -= stringWidth(letter)) < 0)
  return `${letters.slice(0, end).join('')}…`
}

const LETTERS = new Intl.Segmenter('en', { granularity: 'grapheme' })
