import { awaitAnswer, sendRequest, withdrawRequest } from '../../controller/state/requests.ts'
import type { Answer, Request } from '../../controller/state/requests.ts'
import { CliError } from '../print/cli-error.ts'
import { isRunning, noController } from '../session/controller.ts'
import { runCommand } from '../session/run-command.ts'
import type { Session } from '../session/session.ts'
import { within } from '../../drivers/calls/within.ts'

/** A request to the controller, answered as soon as one runs. Throws if no answer comes in time; the request stays and is carried out later. */
export const askController = async (
  session: Session,
  request: Pick<Request, 'kind' | 'name' | 'purge' | 'retain' | 'decision'>,
  timeoutMs = ANSWER_MS,
): Promise<Answer> => {
  const id = await sendRequest(session.stateDir, { ...request, at: new Date(session.clock.now()).toISOString() })
  const what = `${request.kind}${request.name === undefined ? '' : ` of bottle/${request.name}`}`
  if (!(await isRunning(session)))
    throw new CliError(
      `${await noController(session)}; the request (${what}) is kept and carried out when one runs`,
      await runCommand(session),
      'ServiceUnavailable',
    )
  try {
    return await within({ timeoutMs, signal: session.signal }, (signal) => awaitAnswer(session.stateDir, id, signal))
  } catch (error) {
    if (session.signal.aborted) throw error
    throw new CliError(`timed out waiting for the answer to ${what}; the request stays`, 'bottlectl events', 4)
  }
}

const ANSWER_MS = 10_000

/** Leaves the request and does not wait. */
export const leaveRequest = async (
  session: Session,
  request: Pick<Request, 'kind' | 'name' | 'purge' | 'retain' | 'decision'>,
): Promise<void> =>
  void (await sendRequest(session.stateDir, { ...request, at: new Date(session.clock.now()).toISOString() }))

/** The deletions that the controller holds. undefined: no answer in time; the request is withdrawn. */
export const askHeld = async (session: Session, timeoutMs: number): Promise<readonly string[] | undefined> => {
  const { stateDir, clock, signal } = session
  const id = await sendRequest(stateDir, { kind: 'held', at: new Date(clock.now()).toISOString() })
  try {
    return (await within({ timeoutMs, signal }, (either) => awaitAnswer(stateDir, id, either))).names
  } catch (error) {
    await withdrawRequest(stateDir, id)
    if (signal.aborted) throw error
    return undefined
  }
}
