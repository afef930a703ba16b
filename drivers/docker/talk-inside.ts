import { DriverError } from '../errors.ts'
import { isRecord, parseJson } from '../json.ts'
import type { Reply, TalkInside } from '../talk/talk.ts'
import type { Connection } from './connection.ts'
import { execIn } from './exec.ts'

/**
 * Has a bundle's own program talk to its ports, as `docker exec -i CONTAINER bottled-bundle talk` does.
 *
 * Guarantees: one process for all ports; it ends with the call. What it prints is judged. Caveats: each starts an interpreter in the
 *   bundle; docs/performance.md says what that costs.
 */
export const createTalkInside =
  (connection: Connection): TalkInside =>
  async ({ container, ip, talks, ms }, signal) => {
    const operation = `talk to ports in container ${container.slice(0, 12)}`
    const { stdout, exitCode } = await execIn(
      connection,
      {
        operation,
        container,
        command: COMMAND,
        stdin: `${JSON.stringify({ version: 1, ip, talks, ms })}\n`,
        staysOpen: true,
        deadlineMs: ms + START_MS,
        mostBytes: talks.length * MOST_BYTES,
      },
      signal,
    )
    if (exitCode !== null && NO_PROGRAM.has(exitCode)) return undefined
    const replies = repliesIn(stdout)
    if (replies?.length === talks.length) return replies
    throw new DriverError({ code: 'Failed', operation, detail: 'what it prints means nothing' })
  }

const COMMAND = ['bottled-bundle', 'talk']
/** The Engine's where it can't run it, and of a bottled-bundle that doesn't know the word. */
const NO_PROGRAM: ReadonlySet<number> = new Set([126, 127, 2])
const START_MS = 30_000
const MOST_TEXT = 64 * 1024
/** That in base64, and what is around it. */
const MOST_BYTES = 1.5 * MOST_TEXT

const repliesIn = (text: string): readonly Reply[] | undefined => {
  const printed = parseJson(text)
  if (!isRecord(printed) || printed['version'] !== 1 || !Array.isArray(printed['talks'])) return undefined
  return printed['talks'].map((each: unknown) => {
    const { connected, failure, text: encoded } = isRecord(each) ? each : {}
    return {
      connected: connected === true,
      // A word for a person, at its end.
      failure: typeof failure === 'string' ? failure.replace(/[^A-Za-z0-9_]/g, '').slice(0, 40) : undefined,
      text: typeof encoded === 'string' ? Buffer.from(encoded, 'base64').toString('latin1').slice(0, MOST_TEXT) : '',
    }
  })
}
