import { cancelled, DriverError } from '../errors.ts'
import { onAbort } from './on-abort.ts'
import { within } from './within.ts'

/**
 * Flow: a driver wraps every call that leaves this process. `withDeadline` bounds the whole; `withStall` only the silence.
 * Guarantees: settles at the limit, or as soon as `signal` aborts, even if the call never does; the call's own signal is
 *   aborted then. A failure caused by either is `Timeout` or `Aborted`, whatever error the call throws.
 * Assumptions: the call stops using resources once its signal is aborted.
 * Caveats: the requested effect may still have happened.
 */
export interface DeadlineRequest {
  readonly operation: string
  readonly deadlineMs: number
  readonly signal?: AbortSignal | undefined
  /** What a `Timeout` says, and what to do then. */
  readonly late?: Late
}

interface Late {
  readonly detail: string
  readonly hint?: string
}

export interface StallRequest {
  readonly operation: string
  readonly stallMs: number
  readonly signal?: AbortSignal | undefined
}

export interface Stall {
  readonly signal: AbortSignal
  /** A sign of life: the time starts again. */
  readonly alive: () => void
}

export const withDeadline = <Result>(
  { operation, deadlineMs, signal, late = { detail: `no answer within ${deadlineMs} ms` } }: DeadlineRequest,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => bounded({ operation, limitMs: deadlineMs, signal, late }, (stall) => call(stall.signal))

export const withStall = <Result>(
  { operation, stallMs, signal }: StallRequest,
  call: (stall: Stall) => Promise<Result>,
): Promise<Result> =>
  bounded({ operation, limitMs: stallMs, signal, late: { detail: `nothing came for ${stallMs} ms` } }, call)

interface Bound {
  readonly operation: string
  readonly limitMs: number
  readonly late: Late
  readonly signal: AbortSignal | undefined
}

const bounded = async <Result>(
  { operation, limitMs, late, signal }: Bound,
  call: (stall: Stall) => Promise<Result>,
): Promise<Result> => {
  if (signal?.aborted === true) throw cancelled(operation)
  return await within({ timeoutMs: limitMs, signal }, async (inner, alive) => {
    let ended: DriverError | undefined
    const cut = new Promise<never>((_, reject) => {
      onAbort(inner, () => {
        ended =
          signal?.aborted === true ? cancelled(operation) : new DriverError({ code: 'Timeout', operation, ...late })
        reject(ended)
      })
    })
    try {
      return await Promise.race([call({ signal: inner, alive }), cut])
    } catch (error) {
      throw ended ?? error
    }
  })
}
