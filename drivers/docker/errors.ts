import type { DriverErrorCode } from '../errors.ts'
import { DriverError } from '../errors.ts'

/**
 * The one place where the Engine's answers become `DriverError`.
 *
 * Flow: status first, then a piece of the text, case ignored: wording moves between releases, statuses less so.
 * Guarantees: pure and total. A 404 that speaks of a page is never read as "the object is gone".
 * Assumptions: texts of Engine 20.10 to 29 and podman's compatible API, as recorded.
 * Caveats: 20.10 answers 500 to nearly every failed pull and to some malformed requests; there only the text tells.
 */

/** The kind of call, as far as it decides the meaning of an answer. */
export type Doing = 'read' | 'create' | 'start' | 'remove' | 'pull'

export interface DockerFailure {
  readonly operation: string
  readonly doing: Doing
  readonly error: unknown
}

export interface HttpFailure {
  readonly status: number
  readonly text: string
}

const AWAY = new Set([
  'ENOENT',
  'ECONNREFUSED',
  'EACCES',
  'EPERM',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTSOCK',
  'ENOTDIR',
  'ECONNABORTED',
  'EMFILE',
  'ENFILE',
  'ERR_STREAM_PREMATURE_CLOSE',
])

const PAGE_NOT_FOUND = /page not found/i

/** The Engine's status and words, if the error is an answer of the Engine. */
export const httpFailure = (error: unknown): HttpFailure | undefined => {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined
  return { status: error.statusCode, text: error.message.replace(/^\(HTTP code \d+\) .*? - /s, '').trim() }
}

export const isPageNotFound = (failure: HttpFailure): boolean =>
  failure.status === 404 && PAGE_NOT_FOUND.test(failure.text)

/** 400 texts by which an engine refuses the API version: nothing was done, another version may be asked for. */
export const isVersionRefused = (failure: HttpFailure): boolean =>
  failure.status === 400 && /client version \S+ is too (old|new)/i.test(failure.text)

export const toDriverError = ({ operation, doing, error }: DockerFailure): DriverError => {
  if (error instanceof DriverError) return error
  const http = httpFailure(error)
  if (http !== undefined) {
    const code = codeOf(http, doing)
    return new DriverError({ code, operation, detail: tidy(http.text), cause: error, ...hintOf(code, http) })
  }
  const errno = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const detail = error instanceof Error ? tidy(error.message) : 'unknown failure'
  if (!AWAY.has(errno)) return new DriverError({ code: 'Failed', operation, detail, cause: error })
  return new DriverError({
    code: 'Unavailable',
    operation,
    detail: `Docker can't be reached: ${detail}`,
    hint: awayHint(errno),
    cause: error,
  })
}

const codeOf = (failure: HttpFailure, doing: Doing): DriverErrorCode => {
  const { status, text } = failure
  const says = (pattern: RegExp): boolean => pattern.test(text)
  if (says(/no space left on device/i)) return 'StorageFull'
  if (status >= 502 && status <= 504) return 'Unavailable'
  if (isVersionRefused(failure)) return 'VersionUnsupported'
  if (isPageNotFound(failure)) return 'Failed'
  if (doing === 'pull') return pullCodeOf(failure)
  if (
    says(/address already in use|overlap|already used on the host|fully subnetted|non-overlapping ipv4 address pool/i)
  )
    return 'AddressTaken'
  if (says(/has active endpoints|network is being used/i)) return 'Busy'
  if (says(/bind source path does not exist/i)) return 'SourceUnavailable'
  if (says(/no such image/i)) return 'ImageNotFound'
  if (status === 409) return says(/already in use by|already exists|is already in use/i) ? 'NameTaken' : 'Busy'
  if (status === 404) return 'NotFound'
  if (says(/does not belong to any of this network's subnets|no configured subnet contains/i)) return 'InvalidRequest'
  if (doing === 'start') return 'StartFailed'
  if (status === 400 || status === 403) return 'InvalidRequest'
  if (says(/invalid|out of range|failed to parse|unable to parse/i)) return 'InvalidRequest'
  return 'Failed'
}

const PART_MISSING =
  /unknown blob|blob unknown|\/blobs\/.*not found|content digest .*not found|could not fetch content descriptor .*not found/i

/** Also for the `errorDetail` that may end a pull after its 200; the status is 0 then. */
const pullCodeOf = ({ status, text }: HttpFailure): DriverErrorCode => {
  const says = (pattern: RegExp): boolean => pattern.test(text)
  if (status === 400 || says(/invalid reference format/i)) return 'InvalidRequest'
  if (status === 401 || status === 429) return 'ImageUnauthorized'
  if (
    says(
      /unauthorized|authentication required|no basic auth|toomanyrequests|too many requests|rate limit|denied|forbidden/i,
    )
  ) {
    return 'ImageUnauthorized'
  }
  // A part is missing where the image itself was found.
  if (says(PART_MISSING)) return 'Failed'
  if (isNetworkDown(text) || isRegistryDown(text)) return 'RegistryUnavailable'
  if (
    status === 404 ||
    says(/manifest unknown|manifest for .* not found|not found|no such image|no matching manifest/i)
  )
    return 'ImageNotFound'
  if (status === 403) return 'ImageUnauthorized'
  return 'Failed'
}

/** The Engine finds no way to any registry, or no name. */
const isNetworkDown = (text: string): boolean =>
  /network is unreachable|no route to host|server misbehaving|temporary failure in name resolution|lookup \S+( on \S+)?: .*(timeout|connection refused|network)|lookup registry-1\.docker\.io.*no such host/i.test(
    text,
  )

const isRegistryDown = (text: string): boolean =>
  /no such host|connection (refused|reset)|i\/o timeout|tls: |x509: |TLS handshake timeout|Client\.Timeout|gave HTTP response to HTTPS client|unexpected (HTTP )?status.*\b5\d\d\b|: EOF$/i.test(
    text,
  )

const registryHint = ({ text }: HttpFailure): string => {
  if (isNetworkDown(text)) return "this host's network or its DNS doesn't work: it is tried again"
  if (/no such host/i.test(text)) return "check the registry's name in the reference: no DNS knows it"
  if (/x509: |tls: |HTTP response to HTTPS client/i.test(text))
    return 'the registry is there, but Docker does not trust it: certs.d or insecure-registries of Docker'
  return "the registry doesn't answer: it is tried again"
}

const hintOf = (code: DriverErrorCode, failure: HttpFailure): { readonly hint?: string } => {
  if (isPageNotFound(failure))
    return {
      hint: 'the program on the socket does not speak the requested Docker API: check it with `docker version`',
    }
  if (code === 'ImageUnauthorized')
    return { hint: 'pull it by hand after `docker login`; with pullPolicy IfNotPresent that copy is used' }
  if (code === 'RegistryUnavailable') return { hint: registryHint(failure) }
  if (code === 'Failed' && PART_MISSING.test(failure.text))
    return { hint: 'the registry has the image, but not all of its layers: push it again, or name another tag' }
  if (code === 'ImageNotFound') return { hint: 'check the reference with `docker pull`' }
  if (code === 'StorageFull') return { hint: 'make room where Docker stores its data: `docker system df`' }
  if (code === 'VersionUnsupported') return { hint: 'Docker Engine 20.10 or later is needed' }
  return {}
}

const awayHint = (errno: string): string =>
  errno === 'EACCES' || errno === 'EPERM'
    ? 'add your user to the group that owns the socket (usually `docker`) and log in again'
    : 'start Docker, or name its socket with --docker-host unix:///path'

const LONGEST_DETAIL = 600

/** One line, bounded, and no password of a URL. */
const tidy = (text: string): string =>
  text
    .replace(/:\/\/[^\s/@]*:[^\s/@]*@/g, '://')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_DETAIL)

/** The error at the end of a pull's stream. */
export const pullFailure = (operation: string, text: string): DriverError =>
  toDriverError({ operation, doing: 'pull', error: Object.assign(new Error(text), { statusCode: 0 }) })
