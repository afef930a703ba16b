import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Denial } from './denials.ts'

/**
 * Answers what is asked of the proxy itself: GET /health, as the controller's probe reads it (docs/bundle.md).
 *
 * Caveats: the guest can ask, too. Without a policy it is healthy: it does what it should, which is to deny everything.
 */
export const answerLocal = (
  { method, url }: IncomingMessage,
  response: ServerResponse,
  { loaded, denials }: { readonly loaded: boolean; readonly denials: readonly Denial[] },
): void => {
  if (url !== '/health' || (method !== 'GET' && method !== 'HEAD')) return void response.writeHead(404).end()
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(
      `${JSON.stringify({ status: 'healthy', forward_proxy_enabled: true, kill_switch_active: false, policy_loaded: loaded, denials })}\n`,
    )
}
