import type { Connection } from './connection.ts'
import { toDriverError } from './errors.ts'
import { DriverError } from '../errors.ts'
import { jsonLines } from './json-lines.ts'

/**
 * Flow: one streaming call, from a little before it was asked for, until it breaks.
 * Guarantees: returns when the Engine ends the stream or `signal` aborts, throws `Unavailable` when it is cut off; the
 *   next call of any verb then chooses socket and version again.
 * Caveats: hints only. The last seconds are repeated, so that a list read just before misses nothing.
 */
const AGAIN_S = 10

/**
 * Never by label: network events carry none. Without exec events, of which each health check makes three.
 * `remove` and `died` are podman's words.
 */
const ACTIONS = 'create start die oom destroy health_status connect disconnect rename update pause unpause remove died'
const FILTERS = { type: ['network', 'container'], event: ACTIONS.split(' ') }

interface DockerEvent {
  readonly Type?: string
  readonly Action?: string
  readonly Actor?: { readonly ID?: string }
}

/**
 * The container of which no list may show what has changed: `docker update` changes its limits, and one that ended runs again
 * before it is listed.
 */
const createDoubts = (): ((event: DockerEvent) => string | undefined) => {
  const ended = new Set<string>()
  return ({ Type, Action, Actor }) => {
    const id = Actor?.ID
    if (Type !== 'container' || id === undefined) return undefined
    if (Action === 'destroy' || Action === 'remove') ended.delete(id)
    if (Action === 'die' || Action === 'died') ended.add(id)
    const runsAgain = Action === 'start' && ended.delete(id)
    return Action === 'update' || Action === 'die' || Action === 'died' || runsAgain ? id : undefined
  }
}

export const readDockerEvents = async function* (
  connection: Connection,
  signal: AbortSignal,
): AsyncGenerator<string | undefined> {
  const operation = 'watch Docker events'
  const query = { filters: FILTERS, since: Math.floor(Date.now() / 1000) - AGAIN_S }
  try {
    const stream = await connection.open({ operation, doing: 'read', method: 'GET', path: '/events', query }, signal)
    const doubtful = createDoubts()
    for await (const event of jsonLines<DockerEvent>(stream)) yield doubtful(event)
  } catch (error) {
    if (signal.aborted) return
    const failure = toDriverError({ operation, doing: 'read', error })
    if (failure.code !== 'Failed' || !(error instanceof SyntaxError)) throw failure
    throw new DriverError({ code: 'Unavailable', operation, detail: 'the stream was cut inside a line', cause: error })
  } finally {
    connection.forget()
  }
}
