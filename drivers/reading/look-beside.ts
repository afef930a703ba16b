import { beside } from './beside.ts'
import { isDriverError } from '../errors.ts'
import type { LookAtPath } from '../host-facts.ts'
import { SOURCE_LIMITS } from './limits.ts'

/** `lookAtPath` by the process beside: a path that doesn't answer is `unknown` after a while, and holds nobody up. */
export const lookBeside: LookAtPath = async (path, signal) => {
  const { lookMs } = SOURCE_LIMITS
  const bounds = { operation: `look at ${path}`, stallMs: lookMs, deadlineMs: lookMs }
  try {
    return await beside.ask<'lookAt'>({ kind: 'lookAt', path }, bounds, signal)
  } catch (error) {
    if (isDriverError(error, 'Aborted')) throw error
    return { canonical: path, kind: 'unknown' }
  }
}
