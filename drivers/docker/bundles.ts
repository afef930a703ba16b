import { hearBundle, hearInside } from '../probe/bundle-ear.ts'
import type { Connection } from './connection.ts'
import { createConversations } from './conversations.ts'
import { execIn } from './exec.ts'
import { isRecord, parseJson } from '../json.ts'
import { createBundles } from '../told-bundles.ts'
import type { Tell } from '../told-bundles.ts'
import type { Bundles } from '../ports.ts'
import type { TalkInside } from '../talk/talk.ts'

/**
 * The port Bundles by `exec` of the Engine, as `docker exec -i CONTAINER bottled-bundle control` does; by one exec for several messages
 * (`converse`) where the bundle has said that it can.
 *
 * Guarantees: the message goes over stdin alone. An answer is read up to 64 KiB, and for 30 s: the command may start while a VM
 *   boots beside it. Where a conversation fails, the message is told once more by a command of its own, which says why.
 */
export const createDockerBundles = (connection: Connection, talk: TalkInside): Bundles => {
  const inside = hearInside(talk)
  const conversations = createConversations(connection, {
    command: ['bottled-bundle', 'converse'],
    mostBytes: MOST_BYTES,
  })
  return createBundles(
    tellBy(connection, conversations),
    (at, signal) => (at.inside === undefined ? hearBundle(at, signal) : inside(at, at.inside, signal)),
    conversations.endAll,
  )
}

const COMMAND = ['bottled-bundle', 'control']
const DEADLINE_MS = 30_000
const MOST_BYTES = 64 * 1024
/** Ids of containers that are kept in mind. */
const MOST_KNOWN = 4_096

const tellBy = (connection: Connection, conversations: ReturnType<typeof createConversations>): Tell => {
  const conversing = new Set<string>()
  return async (container, text, signal) => {
    const operation = `tell container ${container.slice(0, 12)} its policy`
    const answer = conversing.has(container)
      ? await conversations.say({ operation, container, text }, signal)
      : undefined
    if (answer !== undefined) return { text: answer, exitCode: 0 }
    conversing.delete(container)
    const { stdout, exitCode } = await execIn(
      connection,
      { operation, container, command: COMMAND, stdin: text, deadlineMs: DEADLINE_MS, mostBytes: MOST_BYTES },
      signal,
    )
    if (converses(stdout)) conversing.add(container)
    // Most are of containers that are gone: a controller may run for years.
    for (const oldest of conversing) {
      if (conversing.size <= MOST_KNOWN) break
      conversing.delete(oldest)
    }
    return { text: stdout, exitCode }
  }
}

const converses = (text: string): boolean => {
  const answer = parseJson(text)
  return isRecord(answer) && answer['ok'] === true && answer['converses'] === true
}
