import type { Port, ProbeResult, Probes } from '../ports.ts'
import { cancelled, isDriverError } from '../errors.ts'
import { createSlots } from '../calls/slots.ts'
import { within } from '../calls/within.ts'
import { messageOf } from '../message.ts'
import { httpAnswer, httpRequest } from '../talk/talk.ts'
import type { Reply, TalkInside } from '../talk/talk.ts'
import { talkHttp, talkTcp } from './exchange.ts'
import type { Exchange } from './judge.ts'
import { holdsJsonRpc, isPktLine, judge } from './judge.ts'

/**
 * Flow: one talk from this host to a bundle's port, or by the bundle's own program to several, 2 s and 64 KiB at most; a judgement.
 * Guarantees: no redirect is followed, no proxy environment is used, no session or tool call is left behind.
 * Assumptions: the address is the bundle's.
 * Caveats: an unused address reads as Silent: the kernel gives up on it only after 3 s.
 */
export interface ProbeSettings {
  readonly deadlineMs?: number
  /** Absent: no bundle has such a program. */
  readonly inside?: TalkInside
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

const DISCOVERY = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'content-length': String(Buffer.byteLength(DISCOVER)),
}

export const createProbes = ({ deadlineMs = DEADLINE_MS, inside }: ProbeSettings = {}): Probes => {
  const slots = createSlots({ most: MOST_INSIDE, patienceMs: 10_000 })
  return {
    ask: async ({ ip, port, thorough }, signal): Promise<ProbeResult> => {
      const operation = `probe ${port} of ${ip}`
      const isAborted = (): boolean => signal?.aborted === true
      if (isAborted()) throw cancelled(operation)
      const exchange = await within({ timeoutMs: deadlineMs, signal }, (inner) => talk(ip, { port, thorough }, inner))
      if (isAborted()) throw cancelled(operation)
      return judgeAsked({ ip, port, thorough }, exchange)
    },
    askInside: async ({ container, ip, ports, thorough }, signal): Promise<readonly ProbeResult[]> => {
      const talks = ports.map((port) => ({ port: PORTS[port], say: wordsFor(ip, { port, thorough }) }))
      let replies: readonly Reply[] | undefined
      try {
        replies = await slots(async () => inside?.({ container, ip, talks, ms: deadlineMs }, signal))
      } catch (error) {
        if (!isDriverError(error) || isDriverError(error, 'Aborted', 'Unavailable')) throw error
        return ports.map(() => ({ ok: false, kind: 'Silent', message: messageOf(error) }))
      }
      return ports.map((port, at) => {
        const reply = replies?.[at]
        if (reply !== undefined) return judgeAsked({ ip, port, thorough }, exchangeOf(port, reply))
        const message = `this host has no way to ${ip}, and the bundle's image has no \`bottled-bundle talk\` to ask from inside: bottled bundle build makes one`
        return { ok: false, kind: 'Unroutable', message }
      })
    },
  }
}

/** Each is an interpreter that starts in a bundle. */
const MOST_INSIDE = 4

interface Asked {
  readonly ip: string
  readonly port: Port
  readonly thorough: boolean
}

const judgeAsked = ({ ip, port, thorough }: Asked, exchange: Exchange): ProbeResult =>
  port === 'git' && !thorough && exchange.connected ? { ok: true } : judge(port, `${ip}:${PORTS[port]}`, exchange)

/** The same questions as a text. */
const wordsFor = (ip: string, { port, thorough }: Omit<Asked, 'ip'>): string | undefined => {
  if (port === 'git') return thorough ? gitRequest(ip) : undefined
  return port === 'proxy'
    ? httpRequest('GET /health', { ip })
    : httpRequest('POST /', { ip, headers: DISCOVERY, body: DISCOVER })
}

const exchangeOf = (port: Port, { connected, failure, text }: Reply): Exchange => {
  const http = port === 'git' ? undefined : httpAnswer(text)
  return { connected, failure, status: http?.status, text: http?.body ?? text }
}

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
  return talkHttp(
    { ...at, method: 'POST', path: '/', headers: DISCOVERY, body: DISCOVER, enough: holdsJsonRpc },
    signal,
  )
}

/** A missing repository: asking for a real one would make the gate fetch from upstream. */
const gitRequest = (ip: string): string => {
  const line = `git-upload-pack /.probe.git\0host=${ip}\0`
  return (line.length + 4).toString(16).padStart(4, '0') + line
}
