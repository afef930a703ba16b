import type { Denial, Port, ProbeResult } from '../ports.ts'
import { isRecord, parseJson, valueAt } from '../json.ts'

/** Judges a bundle's answer. Pure. */

/** One attempt to talk to a port, as far as it got within its time and size. */
export interface Exchange {
  readonly connected: boolean
  /** errno of its end, '' if the other side just closed; undefined if our time or size limit ended it. */
  readonly failure: string | undefined
  /** Status of an HTTP answer. */
  readonly status: number | undefined
  /** All that was said, or the body of an HTTP answer. */
  readonly text: string
}

export const judge = (port: Port, target: string, exchange: Exchange): ProbeResult => {
  if (!exchange.connected) return unconnected(target, exchange.failure)
  if (port === 'proxy') return judgeProxy(target, exchange)
  if (port === 'git') return judgeGit(target, exchange)
  return judgeSupervise(target, exchange)
}

const OK: ProbeResult = { ok: true }

const unready = (message: string): ProbeResult => ({ ok: false, kind: 'Unready', message })

const unconnected = (target: string, failure: string | undefined): ProbeResult => {
  if (failure === 'ECONNREFUSED') return { ok: false, kind: 'Refused', message: `${target} refuses connections` }
  if (failure === undefined || failure === 'ETIMEDOUT')
    return { ok: false, kind: 'Silent', message: `${target} does not answer` }
  if (failure === 'ECONNRESET' || failure === '') return unready(`${target} closes connections at once`)
  return { ok: false, kind: 'Unroutable', message: `${target} can't be reached from this host (${failure})` }
}

/** pipelock is recognised by its `/health`; any other proxy is good as long as it answers or listens. */
const judgeProxy = (target: string, { status, text, failure }: Exchange): ProbeResult => {
  const value = parseJson(text)
  const health = isRecord(value) ? value : {}
  if (health['kill_switch_active'] === true || health['error'] === 'kill_switch_active') {
    return unready(
      `${target} is up, but its kill switch is on: it denies everything until \`kill_switch\` is turned off`,
    )
  }
  if ('forward_proxy_enabled' in health && health['forward_proxy_enabled'] !== true) {
    return unready(`${target} is up, but refuses to proxy: its configuration lacks \`forward_proxy: {enabled: true}\``)
  }
  if (status === 503) return unready(`${target} answers 503 to GET /health`)
  if (status === undefined && failure !== undefined && text === '')
    return unready(`${target} closes the connection without an answer`)
  const denials = denialsIn(health['denials'])
  return denials.length === 0 ? OK : { ok: true, denials }
}

/** A bundle may say anything: bounded, and plain enough for an event. */
const denialsIn = (told: unknown): readonly Denial[] =>
  !Array.isArray(told)
    ? []
    : told.slice(0, MOST_DENIALS).flatMap((each: unknown) => {
        if (!isRecord(each)) return []
        const { host, reason, count } = each
        const isPlain = typeof host === 'string' && HOST.test(host) && typeof reason === 'string' && REASON.test(reason)
        return isPlain && Number.isSafeInteger(count) && Number(count) >= 0
          ? [{ host, reason, count: Number(count) }]
          : []
      })

const MOST_DENIALS = 20
const HOST = /^[!-~]{1,253}$/
const REASON = /^[A-Za-z]{1,40}$/

/**
 * A bare close is as good as an ERR: git-daemon with --strict-paths, and with foreign ownership, closes without an answer
 * on a missing repository, even if it serves others well.
 */
const judgeGit = (target: string, { text, failure }: Exchange): ProbeResult => {
  if (isPktLine(text) || (text === '' && failure === '')) return OK
  if (text !== '') return unready(`${target} does not speak git: ${quote(text)}`)
  if (failure === undefined)
    return { ok: false, kind: 'Silent', message: `${target} takes connections, but does not answer git` }
  return unready(`${target} resets the connection (${failure})`)
}

/** Any well-formed JSON-RPC reply shows life, of whichever MCP dialect; silence does too, as a plain connect. */
const judgeSupervise = (target: string, { status, text, failure }: Exchange): ProbeResult => {
  if (holdsJsonRpc(text)) return OK
  if (status !== undefined)
    return unready(`${target} answers HTTP ${status}, and no JSON-RPC, to a POST of \`server/discover\` at /`)
  return failure === undefined ? OK : unready(`${target} closes the connection without an answer`)
}

/** `0000`, or four hex digits of a length of at least 4. What follows may have been cut. */
export const isPktLine = (text: string): boolean =>
  /^[0-9a-f]{4}/i.test(text) && (text.startsWith('0000') || parseInt(text.slice(0, 4), 16) >= 4)

/** In the body, or in an event of a stream (`data: …`), complete or not yet at its end. */
export const holdsJsonRpc = (text: string): boolean =>
  [text, ...text.split(/\r?\n/).flatMap((line) => (line.startsWith('data:') ? [line.slice('data:'.length)] : []))].some(
    (candidate) => valueAt(parseJson(candidate), ['jsonrpc']) === '2.0',
  )

const quote = (text: string): string => JSON.stringify(text.slice(0, 60))
