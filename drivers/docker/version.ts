import { DriverError } from '../errors.ts'

/** Newest API this code was written against, and the oldest it needs (Engine 20.10). */
const NEWEST = '1.55'
const OLDEST = '1.41'

export interface ServerVersion {
  readonly ApiVersion?: string
  readonly MinAPIVersion?: string
  readonly Version?: string
  /** In Go's words, as images name platforms. */
  readonly Os?: string
  readonly Arch?: string
}

/** The API version that both sides speak, without `v`. dockerode negotiates nothing by itself. */
export const chooseVersion = (server: ServerVersion): string => {
  const theirs = server.ApiVersion ?? ''
  if (!/^\d+\.\d+$/.test(theirs)) throw refuse('the program on the socket is not a Docker Engine')
  if (compare(theirs, OLDEST) < 0)
    throw refuse(`Engine ${server.Version ?? '?'} speaks API ${theirs}, and at least ${OLDEST} is needed`)
  const floor = server.MinAPIVersion ?? ''
  if (/^\d+\.\d+$/.test(floor) && compare(NEWEST, floor) < 0) {
    throw refuse(`Engine ${server.Version ?? '?'} wants API ${floor} or later, and ${NEWEST} is the newest known here`)
  }
  return compare(theirs, NEWEST) < 0 ? theirs : NEWEST
}

/** As `platform` of a query, from the API version on that knows it; older engines keep one image per reference. */
export const platformQuery = (
  { Os, Arch }: ServerVersion,
  used: { readonly version: string; readonly since: string },
): { readonly platform?: string } =>
  compare(used.version, used.since) < 0 || Os === undefined || Arch === undefined
    ? {}
    : { platform: JSON.stringify({ os: Os, architecture: Arch }) }

const compare = (one: string, other: string): number => {
  const [major = 0, minor = 0] = one.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number)
  return major - otherMajor || minor - otherMinor
}

const refuse = (detail: string): DriverError =>
  new DriverError({
    code: 'VersionUnsupported',
    operation: 'agree on a Docker API version',
    detail,
    hint: 'Docker Engine 20.10 or later is needed',
  })
