import { Agent, request } from 'node:http'
import { errnoOf } from '../errno.ts'
import { cancelled, DriverError } from '../errors.ts'
import type { EarAt } from '../bundles.ts'
import { httpAnswer, httpRequest } from '../talk/talk.ts'
import type { TalkInside } from '../talk/talk.ts'

/**
 * Hears what a bundle's agent asks: one request that the bundle holds until there is something, or for four minutes.
 *
 * Guarantees: no proxy of the environment, no redirect; at most 64 KiB are read; ends with its signal.
 * Assumptions: the address is the bundle's: whoever is there is judged as the agent.
 * Caveats: a peer that vanishes without a word is noticed after five minutes, or when its container's end is seen.
 */
export const hearBundle = ({ ip, heard }: EarAt, signal?: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const operation = operationAt(ip)
    if (signal?.aborted === true) return reject(cancelled(operation))
    const asking = request({ host: ip, port: PORT, path: pathOf(heard), agent: new Agent({ keepAlive: false }) })
    const chunks: Buffer[] = []
    let size = 0
    const end = (error: Error | undefined): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      asking.destroy()
      if (error === undefined) resolve(Buffer.concat(chunks).toString('utf8'))
      else reject(error)
    }
    const fail = (code: 'Unavailable' | 'Failed', detail: string): void =>
      end(new DriverError({ code, operation, detail }))
    const onAbort = (): void => end(cancelled(operation))
    const timer = setTimeout(() => fail('Unavailable', 'no answer in time'), PATIENCE_MS)
    signal?.addEventListener('abort', onAbort, { once: true })
    asking.once('response', (answer) => {
      if (answer.statusCode !== 200) return fail('Failed', `HTTP ${answer.statusCode ?? 0}`)
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length
        chunks.push(chunk)
        if (size > MOST_BYTES) fail('Failed', 'it says too much')
      })
      answer.once('end', () => end(undefined))
      answer.on('error', (error) => fail('Unavailable', errnoOf(error) || error.name))
    })
    asking.on('error', (error) => fail('Unavailable', errnoOf(error) || error.name))
    asking.end()
  })

/** The same request, by the bundle's own program in its container. */
export const hearInside =
  (talk: TalkInside) =>
  async ({ ip, heard }: EarAt, container: string, signal?: AbortSignal): Promise<string> => {
    const operation = operationAt(ip)
    const say = httpRequest(`GET ${pathOf(heard)}`, { ip })
    const replies = await talk({ container, ip, talks: [{ port: PORT, say }], ms: PATIENCE_MS }, signal)
    if (replies === undefined)
      throw new DriverError({ code: 'Failed', operation, detail: 'its image has no `bottled-bundle talk`' })
    const { connected = false, failure = '', text = '' } = replies[0] ?? {}
    if (!connected) throw new DriverError({ code: 'Unavailable', operation, detail: failure })
    const answer = httpAnswer(text)
    if (answer?.status === 200) return answer.body
    throw new DriverError({ code: 'Failed', operation, detail: `HTTP ${answer?.status ?? 0}` })
  }

const operationAt = (ip: string): string => `hear what is asked at ${ip}`

const pathOf = (heard: EarAt['heard']): string =>
  heard === undefined ? '/asks' : `/asks?run=${heard.run}&after=${heard.seq}`

const PORT = 9100
const PATIENCE_MS = 300_000
const MOST_BYTES = 64 * 1024
