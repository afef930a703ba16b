import { cell } from './cell.ts'

/** A line cut to so many columns of a terminal, with an ellipsis where it was longer. Pure. */
export const fitted = (text: string, columns: number): string => {
  const characters = [...cell(text)]
  const widths = characters.map(widthOf)
  if (widths.reduce((sum, width) => sum + width, 0) <= columns) return characters.join('')
  let left = columns - 1
  const end = widths.findIndex((width) => (left -= width) < 0)
  return columns < 1 ? '' : `${characters.slice(0, end).join('')}…`
}

/** East Asian wide letters and emoji take two columns, combining marks none. */
const widthOf = (character: string): number => {
  if (/\p{M}/u.test(character)) return 0
  return /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}/u.test(
    character,
  )
    ? 2
    : 1
}
