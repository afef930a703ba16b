import { fitted } from '../print/fitted.ts'

/**
 * One line on a terminal that shows what a command waits for, redrawn in place and erased before other output.
 *
 * Guarantees: nothing is written unless stderr is a terminal; the line never wraps, so erasing one line is enough.
 */
export interface Progress {
  /** Whether it is visible. */
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
