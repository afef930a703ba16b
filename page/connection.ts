import type { Action, Change, Detail, Done, Log, Preview, UsageView } from './wire.ts'

/**
 * Speaks to the controller that served this page, and to nobody else.
 *
 * Guarantees: the token is sent in a header only: it stands in no address after the first moment.
 */
export type Link = 'connecting' | 'live' | 'away' | 'refused'

const KEY = 'token'
/** The controller says something every four seconds. */
const SILENCE_MS = 15_000
const LONGEST = 32 * 1024 * 1024

/** From the fragment, once; then it is this tab's. */
export const takeToken = (): void => {
  const [, token] = /^#token=(.+)$/.exec(location.hash) ?? []
  if (token === undefined) return
  sessionStorage.setItem(KEY, decodeURIComponent(token))
  history.replaceState(undefined, '', location.pathname)
}

const headers = (): Record<string, string> => ({ authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ''}` })

export class Refused extends Error {}

const ask = async <Result>(path: string, body?: unknown): Promise<Result> => {
  const response = await fetch(
    path,
    body === undefined
      ? { headers: headers() }
      : { method: 'POST', headers: { ...headers(), 'content-type': 'application/json' }, body: JSON.stringify(body) },
  ).catch(() => {
    throw new Error('the controller does not answer')
  })
  if (response.ok) return (await response.json()) as Result
  if (response.status === 401) throw new Refused('the token is not that of this controller')
  throw new Error((await response.text()).trim())
}

export const preview = (action: Action): Promise<Preview> => ask('/api/preview', action)
export const carryOut = (id: string): Promise<Done> => ask('/api/do', { id })
export const detail = (name: string): Promise<Detail> => ask(`/api/bottles/${encodeURIComponent(name)}`)
export const usage = (name: string): Promise<UsageView> => ask(`/api/bottles/${encodeURIComponent(name)}/usage`)
export const log = (name: string, part: string): Promise<Log> =>
  ask(`/api/bottles/${encodeURIComponent(name)}/log?part=${part}`)

/** For as long as the page is open; comes back by itself. */
export const follow = async (told: { change(change: Change): void; link(link: Link): void }): Promise<void> => {
  for (let pauseMs = 500; ; pauseMs = Math.min(5_000, pauseMs * 2)) {
    const silence = new AbortController()
    try {
      const response = await fetch('/api/stream', { headers: headers(), signal: silence.signal })
      if (response.status === 401) return told.link('refused')
      if (response.ok && response.body !== null) {
        told.link('live')
        pauseMs = 500
        await read(response.body, told.change, silence)
      }
    } catch {
      // It ended, or said nothing for too long: the same.
    }
    silence.abort()
    told.link('away')
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

const read = async (
  body: ReadableStream<Uint8Array>,
  change: (change: Change) => void,
  silence: AbortController,
): Promise<void> => {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const timer = setTimeout(() => silence.abort(), SILENCE_MS)
    const { done, value } = await reader.read().finally(() => clearTimeout(timer))
    if (done || text.length > LONGEST) return
    text += decoder.decode(value, { stream: true })
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) if (event.startsWith('data: ')) change(JSON.parse(event.slice(6)) as Change)
  }
}
