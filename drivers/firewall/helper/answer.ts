import { createSlots } from '../../calls/slots.ts'
import { createTurns } from '../../calls/turns.ts'
import type { EdgesLook, Firewall } from '../../ports.ts'
import { messageOf } from '../../message.ts'
import { createFirewall } from '../firewall.ts'
import { parseSaved, scriptFor } from '../saved.ts'
import type { Saved } from '../saved.ts'
import { NotAllowedError, openTool } from '../tool.ts'
import type { Tool } from '../tool.ts'
import type { HelperRequest } from './request.ts'

/**
 * Sets the edges of one user's bundles for their controller, who may not.
 *
 * Flow: each root of the user has a firewall of its own, by the same code as root's controller.
 * Guarantees: the rules only refuse, let none but this user and root speak to a bundle, and are named by the user: those of
 *   others, and of root, can't be named. So many roots and bundles at most, by what stands in the kernel: who fills it would keep
 *   all others from reading their rules.
 * Caveats: which bridges are this user's isn't known here: they may refuse packets of each bridge that Docker made. Whoever may
 *   use Docker can do that, and more.
 */
export type Answer = { readonly look: EdgesLook } | { readonly error: string }

export interface Answering {
  answer(request: HelperRequest): Promise<Answer>
}

const MOST_ROOTS = 16
/** Of all roots of a user, and what is asked for at once beyond it. */
const MOST_BUNDLES = 2_048
/** Looks at once. */
const SLOTS = { most: 4, patienceMs: 30_000 }

export const createAnswering = (options: {
  readonly userId: number
  readonly open?: (signal?: AbortSignal) => Promise<Tool>
  readonly resolvers?: () => Promise<readonly string[]>
}): Answering => {
  const { userId, open = openTool, resolvers } = options
  const firewalls = new Map<string, Firewall>()
  const looks = createSlots(SLOTS)
  const turns = createTurns()

  const firewallFor = ({ owner, reach }: HelperRequest): Firewall => {
    const named = ownerOf(owner, userId)
    const key = JSON.stringify([named, reach])
    const known = firewalls.get(key)
    if (known !== undefined) return known
    const made = createFirewall({
      owner: named,
      userId,
      reach,
      open,
      ...(resolvers === undefined ? {} : { resolvers }),
    })
    // One per root: with another `reach` it is another.
    for (const other of firewalls.keys()) if (other.startsWith(`["${named}"`)) firewalls.delete(other)
    const [oldest] = firewalls.keys()
    if (firewalls.size >= MOST_ROOTS && oldest !== undefined) firewalls.delete(oldest)
    firewalls.set(key, made)
    return made
  }

  /** Why a further edge is too much. */
  const excess = async ({ owner, wish }: HelperRequest, identities: readonly string[]): Promise<string | undefined> => {
    if (wish.verb !== 'close' || identities.includes(wish.edge.identity)) return undefined
    const { owners, bundles } = namedIn(parseSaved(await (await open()).save()), userId)
    if (bundles.size >= MOST_BUNDLES) return `${MOST_BUNDLES} bundles of user ${userId} have rules already`
    return owners.has(ownerOf(owner, userId)) || owners.size < MOST_ROOTS
      ? undefined
      : `${MOST_ROOTS} roots of user ${userId} have rules already`
  }

  const carryOut = async (request: HelperRequest): Promise<EdgesLook> => {
    const firewall = firewallFor(request)
    const { wish } = request
    const look = await looks(() => firewall.look())
    if (wish.verb === 'look' || !look.may) return look
    const change = async (): Promise<void> => {
      const why = await excess(request, look.identities)
      if (why !== undefined) throw new Error(why)
      await (wish.verb === 'close' ? firewall.close(wish.edge) : firewall.open(wish.identity))
    }
    // New roots are counted, one after another.
    await (look.identities.length === 0 ? turns.take('', change) : change())
    return firewall.last() ?? look
  }

  return {
    answer: async (request) => {
      try {
        return { look: await carryOut(request) }
      } catch (error) {
        return { error: messageOf(error) }
      }
    },
  }
}

/** As it is named in rules. No owner has an `@`: whatever owner is said, it is nobody else's. */
const ownerOf = (owner: string, userId: number): string => `${owner}@${userId}`

/** What is named by this user, in whichever chain: others may have flushed some of them. `bundles`: as comments name them. */
const namedIn = (saved: Saved, userId: number) => {
  const comments = [...saved.values()].flat().flatMap((line) => COMMENT.exec(line)?.[1] ?? [])
  const ours = comments.filter((comment) => comment.split('/')[0]?.endsWith(`@${userId}`))
  return {
    owners: new Set(ours.map((comment) => comment.split('/')[0] ?? '')),
    bundles: new Set(ours.filter((comment) => comment.includes('/'))),
  }
}

const COMMENT = / --comment ([a-z0-9._-]+@\d+(?:\/[a-z0-9._-]+)?) -j (?:BOTTLED-|RETURN$)/i

/** Takes away all rules of a user's bundles, for the helper's own removal. Returns of how many roots. */
export const removeRules = async (userId: number, open: () => Promise<Tool> = openTool): Promise<number> => {
  try {
    const tool = await open()
    const { owners } = namedIn(parseSaved(await tool.save()), userId)
    for (const owner of owners) {
      const saved = parseSaved(await tool.save())
      await tool.restore(scriptFor({ owner, userId, reach: [], resolvers: [] }, saved, []))
    }
    return owners.size
  } catch (error) {
    if (error instanceof NotAllowedError) return 0
    throw error
  }
}
