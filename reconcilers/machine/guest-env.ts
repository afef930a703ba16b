import type { Repository } from '../../egress/git/repository.ts'
import { GUEST_FOLDER } from '../../drivers/guest-folder.ts'
import { proxySecrets } from '../derive/deliveries.ts'
import type { ResolvedSpec } from '../derive/resolve.ts'
import { gateEnv } from './gate-config.ts'

/** The environment inside the VM (API §1.2, §1.6). Derived keys win over the user's. */
export interface GuestEnvRequest {
  readonly env: Readonly<Record<string, string>>
  readonly bundleIp: string
  readonly git: boolean
  readonly supervise: boolean
  /** The bundle is told what the agent may reach, and shows servers by the bottle's own authority. */
  readonly egress?: boolean
  /** Names of secrets that only the bundle gets. */
  readonly placeholders?: readonly string[]
  /** Of the git gate. */
  readonly repositories?: readonly Repository[]
}

/** What a program finds that asks for a key and starts only with one: never a value, and the same everywhere. */
export const PLACEHOLDER = 'placeholder-bottled-puts-the-key-in-at-the-proxy'

/** curl ignores the upper-case HTTP_PROXY, Go prefers upper case: both spellings, the same lists. */
export const derivedEnv = ({
  bundleIp,
  git,
  supervise,
  egress = false,
}: Omit<GuestEnvRequest, 'env' | 'placeholders' | 'repositories'>): Readonly<Record<string, string>> => {
  const proxy = `http://${bundleIp}:8888`
  // MCP calls are plain HTTP: through the proxy they would be refused as private addresses.
  const direct = supervise ? `localhost,127.0.0.1,${bundleIp}` : 'localhost,127.0.0.1'
  return {
    HTTPS_PROXY: proxy,
    HTTP_PROXY: proxy,
    NO_PROXY: direct,
    https_proxy: proxy,
    http_proxy: proxy,
    no_proxy: direct,
    ...(git ? { GIT_GATE_URL: gateUrl(bundleIp) } : {}),
    ...(supervise ? { MCP_SUPERVISE_URL: `http://${bundleIp}:9100` } : {}),
    ...(egress ? TRUST : {}),
  }
}

const gateUrl = (bundleIp: string): string => `git://${bundleIp}:9418`

const CA_FILE = `${GUEST_FOLDER}/ca.pem`

/**
 * Who reads what is recorded in docs/bundle.md. Most of these replace the client's own store, so the file has the public roots, too;
 * those of Node and Deno add to theirs.
 */
const TRUST = {
  ...Object.fromEntries(
    [
      'SSL_CERT_FILE',
      'CURL_CA_BUNDLE',
      'REQUESTS_CA_BUNDLE',
      'GIT_SSL_CAINFO',
      'PIP_CERT',
      'CARGO_HTTP_CAINFO',
      'NODE_EXTRA_CA_CERTS',
      'DENO_CERT',
    ].map((key) => [key, CA_FILE]),
  ),
  // Node's fetch asks the proxy only with it.
  NODE_USE_ENV_PROXY: '1',
}

export const guestEnv = (request: GuestEnvRequest): Readonly<Record<string, string>> => ({
  ...request.env,
  ...Object.fromEntries((request.placeholders ?? []).map((key) => [key, PLACEHOLDER])),
  ...derivedEnv(request),
  ...gateEnv(request.env, request.repositories ?? [], gateUrl(request.bundleIp)),
})

export const guestEnvOf = (spec: ResolvedSpec, bundleIp: string): Readonly<Record<string, string>> =>
  guestEnv({
    env: spec.env,
    bundleIp,
    git: spec.git,
    supervise: spec.supervise,
    egress: spec.egress !== undefined,
    placeholders: Object.keys(proxySecrets(spec)),
    repositories: spec.repositories,
  })
