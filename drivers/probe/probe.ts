import type { Port, ProbeResult, Probes } from '../ports.ts'
import { cancelled } from '../errors.ts'
import { within } from '../calls/within.ts'
import { talkHttp, talkTcp } from './exchange.ts'
import type { Exchange } from './judge.ts'
import { holdsJsonRpc, isPktLine, judge } from './judge.ts'

/**
 * Flow: one talk from this host to a bundle's port, 2 s and 64 KiB at most, then a judgement.
 * Guarantees: no redirect is followed, no proxy environment is used, no session or tool call is left behind.
 * Assumptions: the address is the bundle's.
 * Caveats: an unused address reads as Silent: the kernel gives up on it only after 3 s.
 */
export interface ProbeSettings {
  readonly deadlineMs?: number
}

export const PORTS: Readonly<Record<Port, number>> = { proxy: 8888, git: 9418, supervise: 9100 }

const DEADLINE_MS = 2_000
const MAX_BYTES = 64 * 1024

/** Stateless, and harmless for a server of any MCP dialect. */
const DISCOVER = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'server/discover',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
})

export const createProbes = ({ deadlineMs = DEADLINE_MS }: ProbeSettings = {}): Probes => ({
  ask: async ({ ip, port, thorough }, signal): Promise<ProbeResult> => {
    const operation = `probe ${port} of ${ip}`
    const isAborted = (): boolean => signal?.aborted === true
    if (isAborted()) throw cancelled(operation)
    const exchange = await within({ timeoutMs: deadlineMs, signal }, (inner) => talk(ip, { port, thorough }, inner))
    if (isAborted()) throw cancelled(operation)
    if (port === 'git' && !thorough && exchange.connected) return { ok: true }
    return judge(port, `${ip}:${PORTS[port]}`, exchange)
  },
})

const talk = (
  ip: string,
  { port, thorough }: { port: Port; thorough: boolean },
  signal: AbortSignal,
): Promise<Exchange> => {
  const at = { ip, port: PORTS[port], maxBytes: MAX_BYTES }
  if (port === 'git')
    return talkTcp({ ...at, say: thorough ? gitRequest(ip) : undefined, enough: (text) => isPktLine(text) }, signal)
  if (port === 'proxy') {
    return talkHttp({ ...at, method: 'GET', path: '/health', headers: {}, body: '', enough: () => false }, signal)
  }
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  const withLength = { ...headers, 'content-length': String(Buffer.byteLength(DISCOVER)) }
  return talkHttp(
    { ...at, method: 'POST', path: '/', headers: withLength, body: DISCOVER, enough: holdsJsonRpc },
    signal,
  )
}

/** A missing repository: asking for a real one would make the gate fetch from upstream. */
const gitRequest = (ip: string): string => {
  const line = `git-upload-pack /.probe.git\0host=${ip}\0`
  return (line.length + 4).toString(16).padStart(4, '0') + line
}
