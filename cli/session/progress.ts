import { fitted } from '../print/fitted.ts'

/**
 * One line on a terminal that says what is waited for, drawn over again and taken away before anything else is printed.
 *
 * Guarantees: on anything but a terminal nothing is written; the line never wraps, so that one erasure takes all of it.
 */
export interface Progress {
  /** Whether anybody sees it. */
  readonly shown: boolean
  show(text: string): void
  clear(): void
}

const ERASE = '\r\u001B[K'
const COLUMNS = 80

export const createProgress = (given: {
  readonly stream: { readonly columns?: number; write(text: string): unknown }
  readonly terminal: boolean
  readonly env: Readonly<Record<string, string | undefined>>
}): Progress => {
  const { stream, terminal, env } = given
  const shown = terminal && env['TERM'] !== 'dumb'
  let drawn = ''
  const clear = (): void => {
    if (drawn !== '') stream.write(ERASE)
    drawn = ''
  }
  return {
    shown,
    show: (text) => {
      if (!shown) return
      const line = fitted(text, (Number(env['COLUMNS']) || stream.columns || COLUMNS) - 1)
      if (line === drawn) return
      stream.write(`${ERASE}${line}`)
      drawn = line
    },
    clear,
  }
}
