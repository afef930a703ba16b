import { isDeepStrictEqual } from 'node:util'
import type { Edge, EdgesLook, Firewall } from '../ports.ts'
import { DriverError } from '../errors.ts'
import { dockerResolvers } from './resolvers.ts'
import type { FirewallSettings } from './rules.ts'
import { learn, parseSaved, scriptFor, standing } from './saved.ts'
import type { Learned } from './saved.ts'
import { NotAllowedError, openTool } from './tool.ts'
import type { Tool } from './tool.ts'

/**
 * The port Firewall on iptables, by argv and without a shell.
 *
 * Flow: calls that come while one is carried out share the next: one look, one script, one look again.
 * Guarantees: a script writes all chains of this root anew, so that whatever was flushed with it comes back, too; the kernel
 *   takes it as a whole or not at all; rules of others are never named. With the last edge everything of ours goes.
 * Assumptions: one controller per owner. Caveats: between look and script another program may write; the script then fails
 *   or is repaired by the next look.
 */
export interface FirewallOptions extends Pick<FirewallSettings, 'owner' | 'userId' | 'reach'> {
  readonly open?: (signal?: AbortSignal) => Promise<Tool>
  readonly resolvers?: () => Promise<readonly string[]>
}

interface Change {
  readonly identity: string
  /** Undefined removes. */
  readonly edge: Edge | undefined
}

const TRIES = 3

export const createFirewall = (options: FirewallOptions): Firewall => {
  const { owner, userId, reach, open = openTool, resolvers = dockerResolvers } = options
  /** What stood after the last call, of what this controller closed or found: what a flush took is written again with it. */
  let known = new Map<string, Edge>()
  let learned: Learned = new Map()
  let last: EdgesLook | undefined
  /** Scripts so far: a look that began before one may show what it took away. */
  let scripts = 0
  let tool: Tool | undefined
  let waiting: Change[] = []
  let running: Promise<void> | undefined

  const settingsNow = async (): Promise<FirewallSettings> => ({ owner, userId, reach, resolvers: await resolvers() })

  const read = async (signal?: AbortSignal) => {
    tool ??= await open(signal)
    const [settings, text] = await Promise.all([settingsNow(), tool.save(signal)])
    const saved = parseSaved(text)
    return { restore: tool.restore, save: tool.save, settings, saved, now: standing(settings, saved, learned) }
  }

  const look: Firewall['look'] = async (signal) => {
    const begun = scripts
    try {
      const { now } = await read(signal)
      const seen = { may: true, closed: now.closed, identities: now.identities } as const
      if (begun !== scripts) return seen
      for (const edge of now.closed) known.set(edge.identity, edge)
      last = seen
    } catch (error) {
      if (!(error instanceof NotAllowedError)) throw error
      last = { may: false, why: error.message }
    }
    return last
  }

  const carryOut = async (changes: readonly Change[]): Promise<void> => {
    const { restore, save, settings, saved, now } = await read()
    const next = new Map([...known, ...now.closed.map((edge) => [edge.identity, edge] as const)])
    for (const { identity, edge } of changes) {
      if (edge === undefined) next.delete(identity)
      else next.set(identity, edge)
    }
    const edges = [...next.values()]
    await restore(scriptFor(settings, saved, edges))
    scripts += 1
    known = next
    const after = parseSaved(await save())
    learned = new Map([...learned, ...learn(settings, after, edges)])
    const { closed, identities } = standing(settings, after, learned)
    last = { may: true, closed, identities }
    const missing = edges.find((edge) => !closed.some((each) => isDeepStrictEqual(each, edge)))
    if (missing !== undefined)
      throw new DriverError({
        code: 'Failed',
        operation: 'write rules of the firewall',
        detail: `those of ${missing.identity} don't stand: another program writes rules at the same time`,
      })
  }

  /** Another program that writes meanwhile makes a script void. */
  const untilDone = async (changes: readonly Change[]): Promise<void> => {
    for (let left = TRIES; ; left -= 1)
      try {
        return await carryOut(changes)
      } catch (error) {
        if (left <= 1 || error instanceof NotAllowedError) throw asDriverError(error)
      }
  }

  const submit = async (change: Change): Promise<void> => {
    waiting.push(change)
    await running?.catch(() => undefined)
    if (waiting.includes(change)) {
      const batch = waiting
      waiting = []
      running = untilDone(batch)
    }
    await running
  }

  return {
    look,
    last: () => last,
    close: (edge) => submit({ identity: edge.identity, edge }),
    open: (identity) => submit({ identity, edge: undefined }),
  }
}

const asDriverError = (error: unknown): unknown =>
  error instanceof NotAllowedError
    ? new DriverError({ code: 'Failed', operation: 'write rules of the firewall', detail: error.message, cause: error })
    : error
