import { setTimeout as sleep } from 'node:timers/promises'
import type { Controller, Ended } from './controller-process.ts'

/** How it ended, if it did in time. */
export const endedWithin = async (controller: Pick<Controller, 'ended'>, ms: number): Promise<Ended> => {
  const late = new AbortController()
  try {
    return await Promise.race([
      controller.ended,
      sleep(ms, undefined, { signal: late.signal }).then(() => {
        throw new Error(`it did not end within ${ms} ms`)
      }),
    ])
  } finally {
    late.abort()
  }
}
