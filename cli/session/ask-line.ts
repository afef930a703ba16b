import { createInterface } from 'node:readline'
import { harmless } from '../../drivers/harmless.ts'

/**
 * A question on the terminal. Undefined: the input ended (Ctrl-D) without an answer.
 *
 * Guarantees: the terminal keeps its line editing, and Ctrl-C stays a signal; this then rejects with the signal's
 *   reason.
 */
export const askLine = (question: string, signal: AbortSignal): Promise<string | undefined> =>
  new Promise((resolve, reject) => {
    const { stdin, stderr } = process
    const lines = createInterface({ input: stdin, terminal: false })
    const end = (settle: () => void, newline: boolean): void => {
      signal.removeEventListener('abort', onAbort)
      lines.removeAllListeners('close')
      lines.close()
      if (newline) stderr.write('\n')
      settle()
    }
    const onAbort = (): void => end(() => reject(signal.reason as Error), true)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    lines.once('line', (line) => end(() => resolve(line), false))
    lines.once('close', () => end(() => resolve(undefined), true))
    stderr.write(harmless(question))
  })
