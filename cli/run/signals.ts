import { endNow } from '../session/end-now.ts'
import { INTERRUPTED } from '../session/interrupts.ts'

/** Listens from the start: an early signal is not lost. The second is the kernel's: it ends even what is stuck. */
export const listenForSignals = (onLate: () => void): AbortController => {
  const stopping = new AbortController()
  const onSignal = (signal: NodeJS.Signals): void => {
    for (const each of SIGNALS) process.off(each, onSignal)
    stopping.abort(signal)
    setTimeout(() => {
      onLate()
      endNow(signal === 'SIGINT' ? INTERRUPTED : 0, signal)
    }, END_MS).unref()
  }
  for (const each of SIGNALS) process.on(each, onSignal)
  return stopping
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** Supervisors wait 30 s; an orderly stop takes less than this, whatever the running steps do. */
const END_MS = 27_000
