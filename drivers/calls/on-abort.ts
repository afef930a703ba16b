import { setMaxListeners } from 'node:events'

/**
 * Calls `listener` once when the signal aborts; the returned function removes it again.
 * One signal may cover any number of calls at once, and Node 20 would warn from the eleventh listener on.
 */
export const onAbort = (signal: AbortSignal | undefined, listener: () => void): (() => void) => {
  if (signal === undefined) return () => {}
  setMaxListeners(0, signal)
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}
