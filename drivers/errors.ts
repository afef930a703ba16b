/**
 * The error that drivers throw. Library and CLI errors are translated into it only here in `drivers/`,
 * so a reconciler or the loop branches on `code` and never on a message.
 */

/** Every reason a driver can give. The table in docs/errors.md names each one. */
export type DriverErrorCode =
  | 'Unavailable' // the daemon or the CLI can't be reached: nothing is known, nothing may be concluded
  | 'Timeout' // no answer in time: the effect may or may not have happened
  | 'Aborted' // our own signal ended the call
  | 'NameTaken' // an object of that name exists already
  | 'AddressTaken' // the subnet overlaps another network, or the pinned address is in use
  | 'NotFound' // something the call needed (not its own target) is missing
  | 'Busy' // the target is being changed by someone else; try again soon
  | 'InvalidRequest' // the engine or CLI refused the request's content
  | 'ImageNotFound' // no such image, here or at its registry
  | 'ImageUnauthorized' // the registry wants credentials, or limits the rate
  | 'RegistryUnavailable' // no way to the registry, no such registry, or it fails
  | 'StorageFull' // no space left on device
  | 'VirtualizationUnavailable' // no KVM, or no permission to use it
  | 'StartFailed' // the object exists but would not start
  | 'StopRefused' // smolvm left the VM alive because the guest did not confirm
  | 'SecretUnavailable' // a secret's source is missing or unreadable
  | 'SourceUnavailable' // a host file or folder that the object needs is missing
  | 'SourceRefused' // a host file or folder is there, and isn't what may be read
  | 'PolicyViolation' // the operator's policy forbids it
  | 'Untrusted' // a file that decides what is allowed can be written by others
  | 'Tainted' // a path leads where it must not, or can be turned by a bottle
  | 'VersionUnsupported' // engine or CLI too old
  | 'Failed' // anything else

export interface DriverErrorInit {
  readonly code: DriverErrorCode
  /** What was being done, e.g. `create network bottle-a`. */
  readonly operation: string
  /** The engine's or CLI's own words, trimmed, without secrets. */
  readonly detail: string
  /** The next thing a person can do. */
  readonly hint?: string
  readonly cause?: unknown
}

export class DriverError extends Error {
  readonly code: DriverErrorCode
  readonly operation: string
  readonly detail: string
  readonly hint: string | undefined

  constructor(init: DriverErrorInit) {
    super(`cannot ${init.operation}: ${init.detail}`, init.cause === undefined ? {} : { cause: init.cause })
    this.name = 'DriverError'
    this.code = init.code
    this.operation = init.operation
    this.detail = init.detail
    this.hint = init.hint
  }
}

/** True for a DriverError with one of the codes; with none named, for any DriverError. */
export const isDriverError = (error: unknown, ...codes: readonly DriverErrorCode[]): error is DriverError =>
  error instanceof DriverError && (codes.length === 0 || codes.includes(error.code))

/** What a call throws that its own signal ended. */
export const cancelled = (operation: string, cause?: unknown): DriverError =>
  new DriverError({ code: 'Aborted', operation, detail: 'the call was cancelled', cause })
