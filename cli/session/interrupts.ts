import { endNow } from './end-now.ts'

/**
 * SIGINT and SIGTERM: the first asks to end, the second ends at once.
 *
 * Guarantees: while a program has our terminal (an editor, a shell), Ctrl-C goes to that program only.
 */
export interface Interrupts {
  readonly signal: AbortSignal
  lend<Result>(work: () => Promise<Result>): Promise<Result>
}

export const INTERRUPTED = 130

export const listenForInterrupts = (): Interrupts => {
  const interrupt = new AbortController()
  let lent = 0
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (lent > 0 && signal === 'SIGINT') return
      if (interrupt.signal.aborted) endNow(INTERRUPTED, signal)
      interrupt.abort(signal)
    })
  }
  return {
    signal: interrupt.signal,
    lend: async (work) => {
      lent += 1
      try {
        return await work()
      } finally {
        lent -= 1
      }
    },
  }
}
