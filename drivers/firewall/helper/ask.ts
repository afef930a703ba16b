import { request as httpRequest } from 'node:http'
import { withDeadline } from '../../calls/deadline.ts'
import type { EdgesLook, Firewall } from '../../ports.ts'
import { errnoOf } from '../../errno.ts'
import { DriverError } from '../../errors.ts'
import { isRecord, parseJson } from '../../json.ts'
import { helperSocket, MOST_ANSWER } from './request.ts'
import type { HelperRequest } from './request.ts'

/**
 * The port Firewall by the helper of root: for the controller of an ordinary user.
 *
 * Guarantees: a helper that isn't there, or lets us not in, is no failure but an answer: rules can't be set.
 */
export interface HelpedOptions {
  readonly owner: string
  readonly reach: readonly string[]
  readonly userId: number
  readonly socket?: string
}

/** The helper waits for iptables, and that for others. */
const DEADLINE_MS = 60_000

export const createHelpedFirewall = (options: HelpedOptions): Firewall => {
  const { owner, reach, userId, socket = helperSocket(userId) } = options
  let last: EdgesLook | undefined
  /** Changes so far: a look that was asked for before the end of one may show what it took away. */
  let changes = 0

  const ask = async (wish: HelperRequest['wish'], operation: string, signal?: AbortSignal): Promise<EdgesLook> => {
    const text = JSON.stringify({ owner, reach, wish } satisfies HelperRequest)
    const begun = changes
    let look: EdgesLook
    try {
      const said = await withDeadline({ operation, deadlineMs: DEADLINE_MS, signal }, (inner) =>
        exchange(socket, text, inner),
      )
      const answer = parseJson(said)
      if (isRecord(answer) && isRecord(answer['look'])) look = answer['look'] as unknown as EdgesLook
      else throw new DriverError({ code: 'Failed', operation, detail: `the helper says: ${errorIn(answer)}` })
    } catch (error) {
      if (!AWAY.has(errnoOf(error))) throw error
      look = { may: false, why: `the helper at ${socket} doesn't answer (${errnoOf(error)})` }
    } finally {
      if (wish.verb !== 'look') changes += 1
    }
    if (wish.verb !== 'look' || begun === changes) last = look
    return look
  }

  const change = async (wish: HelperRequest['wish'], signal?: AbortSignal): Promise<void> => {
    const operation = 'write rules of the firewall'
    const look = await ask(wish, operation, signal)
    if (!look.may) throw new DriverError({ code: 'Failed', operation, detail: look.why })
  }

  return {
    look: (signal) => ask({ verb: 'look' }, 'read the rules of the firewall', signal),
    last: () => last,
    close: (edge, signal) => change({ verb: 'close', edge }, signal),
    open: (identity, signal) => change({ verb: 'open', identity }, signal),
  }
}

const AWAY = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES', 'ENOTSOCK', 'ECONNRESET', 'EPIPE'])

const errorIn = (answer: unknown): string =>
  isRecord(answer) && typeof answer['error'] === 'string' ? answer['error'].slice(0, 500) : 'nothing that makes sense'

const exchange = (socketPath: string, text: string, signal: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const request = httpRequest({ socketPath, method: 'POST', path: '/', headers, signal }, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > MOST_ANSWER) request.destroy(new Error(`more than ${MOST_ANSWER} bytes`))
        else chunks.push(chunk)
      })
      response.once('error', reject)
      response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    })
    request.once('error', reject)
    request.end(text)
  })
