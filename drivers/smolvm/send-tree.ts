import type { Readable } from 'node:stream'
import { within } from '../calls/within.ts'
import { cancelled, DriverError } from '../errors.ts'
import { GIB, SOURCE_LIMITS } from '../reading/limits.ts'
import { pack, type Packing } from './pack.ts'

/**
 * Sends a host folder as one tar stream to whoever takes it: a guest, or the Engine.
 *
 * Guarantees: a copy in which nothing moves any more is ended as `Timeout`, and says who stopped; one that moves may take its time.
 *   What the host failed to read explains what arrived.
 */
export interface Sending {
  readonly operation: string
  readonly folder: string
  /** As `statesIn` found them. */
  readonly states: readonly string[]
  /** Of this process: where tar is. */
  readonly path: string
  /** `uid:gid`; undefined: as here. */
  readonly owner?: string
  readonly stallMs: number
  /** Who takes it, in words. */
  readonly taker: string
}

/** `take` throws where it wasn't all taken. */
export const sendTree = async (
  sending: Sending,
  take: (tar: Readable, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> => {
  const { operation, folder, states, path, owner, stallMs } = sending
  const most = SOURCE_LIMITS.workspaceGiB * GIB
  let why: DriverError | undefined
  const packing = pack(folder, states, path, owner)
  try {
    const error = await within({ timeoutMs: stallMs, signal }, async (inner, alive) => {
      const cut = new AbortController()
      inner.addEventListener('abort', () => {
        if (signal?.aborted !== true) why ??= stalled(sending, packing)
        cut.abort()
      })
      packing.onMoved((bytes) => {
        alive()
        if (bytes <= most) return
        why ??= new DriverError({
          code: 'SourceRefused',
          operation,
          detail: `${folder} is larger than ${most / GIB} GiB`,
        })
        cut.abort()
      })
      return take(packing.stdout, cut.signal).then(
        () => undefined,
        (thrown: unknown) => ({ thrown }),
      )
    })
    if (why !== undefined) throw why
    if (signal?.aborted === true) throw cancelled(operation, error?.thrown)
    const failure = packing.failed() ?? (error === undefined ? await packing.failure : undefined)
    if (failure !== undefined) throw new DriverError({ code: 'SourceUnavailable', operation, detail: failure })
    if (error !== undefined) throw error.thrown
  } finally {
    packing.stop()
  }
}

const stalled = ({ folder, operation, taker, stallMs }: Sending, packing: Packing): DriverError => {
  const who = {
    waits: `${taker} takes nothing`,
    reads: `${folder} can't be read on`,
    sent: `${taker} doesn't finish`,
  }
  return unmoved({ operation, stallMs }, who[packing.state()])
}

export const unmoved = ({ operation, stallMs }: Pick<Sending, 'operation' | 'stallMs'>, why: string): DriverError =>
  new DriverError({ code: 'Timeout', operation, detail: `nothing moved for ${stallMs / 1_000} s: ${why}` })
