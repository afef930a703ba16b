import { onAbort } from './on-abort.ts'

/**
 * Calls with a signal that aborts as soon as `signal` does, and after `timeoutMs` milliseconds; `alive` begins those anew.
 *
 * Guarantees: ends when the call does, and not before.
 * Caveats: AbortSignal.any with AbortSignal.timeout would be one line, but on Node 20 the garbage collector may take its
 *   timer, which then never fires (nodejs/node#57736).
 */
export const within = async <Result>(
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  call: (signal: AbortSignal, alive: () => void) => Promise<Result>,
): Promise<Result> => {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new DOMException('timed out', 'TimeoutError')), timeoutMs)
  const leave = onAbort(signal, () => controller.abort(signal?.reason))
  try {
    return await call(controller.signal, () => timer.refresh())
  } finally {
    clearTimeout(timer)
    leave()
  }
}
