import { within } from '../../drivers/calls/within.ts'
import { messageOf } from '../../drivers/message.ts'
import type { BottleView } from '../bottles/bottles.ts'
import { isDenied, recordOf } from '../egress/record.ts'
import type { Denials, EgressRecord } from '../egress/record.ts'
import type { Session } from '../session/session.ts'
import { readBundleLog } from './bundle-log.ts'
import { partOfView } from './parts.ts'

/** What a bundle denied in the last hour, by its log, within a second; undefined: it has none yet, or is simulated. */
export const recentDenials = async (
  session: Pick<Session, 'lockDir' | 'stateDir' | 'clock' | 'env' | 'signal'>,
  view: BottleView,
  dockerHost: string | undefined,
): Promise<Denials | undefined> => {
  if (view.status?.bundle === undefined || session.stateDir !== session.lockDir) return undefined
  const records: EgressRecord[] = []
  const take = (line: string | undefined): undefined => {
    const record = line === undefined ? undefined : recordOf(line)
    if (record !== undefined && isDenied(record)) records.push(record)
  }
  const request = {
    name: view.name,
    sinceMs: session.clock.now() - HOUR_MS,
    follow: false,
    tail: MOST_LINES,
    dockerHost,
  }
  try {
    await within({ timeoutMs: PATIENCE_MS, signal: session.signal }, async (signal) => {
      const part = partOfView(session, view, 'bundle')
      await readBundleLog(session, { ...request, part, signal }, take)
      // What was read by then may lack the latest.
      if (signal.aborted) throw new Error('no answer within 1 s')
    })
  } catch (error) {
    if (session.signal.aborted) throw error
    return { unknown: messageOf(error) }
  }
  return { records }
}

const PATIENCE_MS = 1_000
const HOUR_MS = 3_600_000
/** An agent that is denied in a loop must not make this slow. */
const MOST_LINES = 5_000
