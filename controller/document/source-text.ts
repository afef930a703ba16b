import type { Complaint } from './complaint.ts'
import type { Fault } from './fault.ts'
import { invisibleIn } from './invisible.ts'

/** A file's text, which turns faults in it into complaints with lines. Pure. */
export interface SourceText {
  readonly path: string
  readonly text: string
  lineOf(offset: number): number
  /** `instead` is shown for the line, where that may hold a secret. */
  complain(fault: Fault & { readonly offset: number; readonly instead?: string | undefined }): Complaint
}

const WIDEST_FRAME = 120

export const createSourceText = (path: string, text: string): SourceText => {
  let starts: number[] | undefined
  const lineOf = (offset: number): number => {
    starts ??= lineStarts(text)
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
  return {
    path,
    text,
    lineOf,
    complain: ({ code, message, suggestion, instead, offset }) => {
      const line = lineOf(offset)
      const start = starts?.[line - 1] ?? 0
      const end = text.indexOf('\n', start)
      const whole = text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '')
      const col = Math.min(offset - start, whole.length) + 1
      return {
        code,
        path,
        line,
        col,
        message: instead === undefined ? `${message}${invisibleIn(whole)}` : message,
        ...(suggestion === undefined ? {} : { suggestion }),
        frame: instead === undefined ? frameOf(whole, col) : `${instead}\n^`,
      }
    },
  }
}

/** Cuts a long line around the place. */
const frameOf = (line: string, col: number): string => {
  const from =
    line.length <= WIDEST_FRAME ? 0 : Math.max(0, Math.min(col - 1 - WIDEST_FRAME / 2, line.length - WIDEST_FRAME))
  const shown = line.slice(from, from + WIDEST_FRAME)
  return `${shown}\n${shown.slice(0, col - 1 - from).replace(/[^\t]/g, ' ')}^`
}

const lineStarts = (text: string): number[] => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}
