import { errnoOf } from '../errno.ts'
import { DriverError, type DriverErrorCode } from '../errors.ts'
import { messageOf } from '../message.ts'

export interface DiskFailure {
  readonly operation: string
  readonly error: unknown
  /** Code and hint, unless the disk is full. */
  readonly code: DriverErrorCode
  readonly hint?: string | undefined
}

/** Turns a system error into a `DriverError`; a `DriverError` stays unchanged. Pure. */
export const diskFailure = ({ operation, error, code, hint }: DiskFailure): DriverError => {
  if (error instanceof DriverError) return error
  const isFull = ['ENOSPC', 'EDQUOT'].includes(errnoOf(error))
  const help = isFull ? 'free some space on that disk' : hint
  return new DriverError({
    code: isFull ? 'StorageFull' : code,
    operation,
    detail: messageOf(error),
    cause: error,
    ...(help === undefined ? {} : { hint: help }),
  })
}
