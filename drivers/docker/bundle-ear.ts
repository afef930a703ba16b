import { Agent, request } from 'node:http'
import { errnoOf } from '../errno.ts'
import { cancelled, DriverError } from '../errors.ts'
import type { EarAt } from '../bundles.ts'

/**
 * Hears what a bundle's agent asks: one request that the bundle holds until there is something, or for four minutes.
 *
 * Guarantees: no proxy of the environment, no redirect; at most 64 KiB are read; ends with its signal.
 * Assumptions: the address is the bundle's: whoever is there is judged as the agent.
 * Caveats: a peer that vanishes without a word is noticed after five minutes, or when its container's end is seen.
 */
export const hearBundle = ({ ip, heard }: EarAt, signal?: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const operation = `hear what is asked at ${ip}`
    if (signal?.aborted === true) return reject(cancelled(operation))
    const path = heard === undefined ? '/asks' : `/asks?run=${heard.run}&after=${heard.seq}`
    const asking = request({ host: ip, port: PORT, path, agent: new Agent({ keepAlive: false }) })
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

const PORT = 9100
const PATIENCE_MS = 300_000
const MOST_BYTES = 64 * 1024
