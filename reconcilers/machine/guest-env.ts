/** The environment inside the VM (API §1.2). Derived keys win over the user's. */
export interface GuestEnvRequest {
  readonly env: Readonly<Record<string, string>>
  readonly bundleIp: string
  readonly git: boolean
  readonly supervise: boolean
}

/** curl ignores the upper-case HTTP_PROXY, Go prefers upper case: both spellings, the same lists. */
export const derivedEnv = ({
  bundleIp,
  git,
  supervise,
}: Omit<GuestEnvRequest, 'env'>): Readonly<Record<string, string>> => {
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
    ...(git ? { GIT_GATE_URL: `git://${bundleIp}:9418` } : {}),
    ...(supervise ? { MCP_SUPERVISE_URL: `http://${bundleIp}:9100` } : {}),
  }
}

export const guestEnv = (request: GuestEnvRequest): Readonly<Record<string, string>> => ({
  ...request.env,
  ...derivedEnv(request),
})
