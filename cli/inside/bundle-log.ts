import { createConnection } from '../../drivers/docker/connection.ts'
import { demultiplex } from '../../drivers/docker/demultiplex.ts'
import type { Session } from '../session/session.ts'
import { createLines } from './lines.ts'
import { guided } from './parts.ts'
import type { Part } from './parts.ts'

/**
 * Hands out the lines that a bundle wrote to stdout, as Docker keeps them: at most 30 MB, the oldest first.
 *
 * Guarantees: bounded memory: what `take` returns is awaited before more is read; a line longer than 64 Ki characters comes as undefined. Ends when the log does, or with
 *   `session.signal`. Throws `CliError` where the bundle or Docker isn't there.
 */
export const readBundleLog = async (
  session: Pick<Session, 'env' | 'signal'>,
  request: BundleLogRequest,
  take: (line: string | undefined) => Promise<unknown> | undefined,
): Promise<void> => {
  const { part, name, sinceMs, follow, tail, dockerHost, signal = session.signal } = request
  const connection = createConnection({ host: dockerHost, env: session.env })
  const opening = connection.open(
    {
      operation: `read the log of ${part.object}`,
      doing: 'read',
      method: 'GET',
      path: `/containers/${part.object}/logs`,
      query: {
        stdout: 1,
        stderr: 0,
        follow: follow ? 1 : 0,
        tail: tail ?? 'all',
        ...(sinceMs === undefined ? {} : { since: Math.floor(sinceMs / 1_000) }),
      },
    },
    signal,
  )
  const stream = await guided(part, name, opening)
  const lines = createLines(LONGEST)
  const hand = async (found: readonly (string | undefined)[]): Promise<void> => {
    for (const line of found) await take(line)
  }
  await demultiplex(stream, (from, bytes) => (from === 'stdout' ? hand(lines.push(bytes)) : undefined)).catch(
    (error: unknown) => {
      if (!signal.aborted) throw error
    },
  )
  if (!signal.aborted) await hand(lines.end())
}

export interface BundleLogRequest {
  /** The bundle. */
  readonly part: Part
  /** Of its bottle, as the person named it. */
  readonly name: string
  /** Unix time in milliseconds. */
  readonly sinceMs?: number | undefined
  readonly follow: boolean
  /** Lines at most, the last ones. */
  readonly tail?: number
  readonly dockerHost?: string | undefined
  readonly signal?: AbortSignal
}

const LONGEST = 65_536
