import { errnoOf } from '../../drivers/errno.ts'
import { harmless } from '../../drivers/harmless.ts'
import { messageOf } from '../../drivers/message.ts'

/**
 * A stream of ours that may stop taking what is written: its reader ends (`… | head -1`), its terminal closes, its disk is full.
 *
 * Guarantees: what is written is harmless (drivers/harmless.ts); a write never throws, and never ends the process. A reader that is gone gets nothing more; what a full disk
 *   refuses is dropped line by line, until it takes some again. The first refusal is reported, once, to whoever asks.
 */
export interface Output {
  write(text: string): void
  /** Calls with the reason, at once if it is known already. */
  onLost(report: (why: string) => void): void
}

type Sink = Pick<NodeJS.WritableStream, 'write' | 'on'>

export const createOutput = (stream: Sink): Output => {
  let gone = false
  let lost: string | undefined
  let report: ((why: string) => void) | undefined
  const onError = (error: unknown): void => {
    const code = errnoOf(error)
    gone ||= GONE.has(code)
    if (lost !== undefined) return
    lost = gone ? `its reader has gone (${code})` : messageOf(error)
    report?.(lost)
  }
  stream.on('error', onError)
  return {
    write: (text) => {
      if (gone) return
      try {
        stream.write(harmless(text))
      } catch (error) {
        onError(error)
      }
    },
    onLost: (given) => {
      report = given
      if (lost !== undefined) given(lost)
    },
  }
}

const GONE: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'EIO', 'ERR_STREAM_DESTROYED'])
