import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Ends this process, also while a call into a file system hangs: an ordinary exit waits for the threads of such calls, for
 * ever. The process then ends by the signal, as if it had never listened to it.
 */
export const endNow = (code: number, signal: NodeJS.Signals): void => {
  if (!mayHang()) process.exit(code)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  process.kill(process.pid, 'SIGKILL')
}

/** The same once calls have ended that don't hang. */
export const end = async (code: number, signal: NodeJS.Signals): Promise<void> => {
  for (let waitedMs = 0; waitedMs < GRACE_MS && mayHang(); waitedMs += LOOK_MS) await sleep(LOOK_MS)
  endNow(code, signal)
}

const GRACE_MS = 500
const LOOK_MS = 10

/** Calls that occupy a thread. */
const mayHang = (): boolean =>
  process.getActiveResourcesInfo().some((kind) => /^(FSReq|GetAddrInfoReq|GetNameInfoReq)/.test(kind))
