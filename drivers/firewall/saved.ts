import type { Edge } from '../edges.ts'
import { isForwardedFirst } from './forwarded.ts'
import { DOCKER_USER, FORWARD, PREFIX, WAYS, chainOf, chainsFor, jumpsFor, linesFor } from './rules.ts'
import type { FirewallSettings, Way } from './rules.ts'

/**
 * What iptables-save says of our rules, and what must be said to it. Pure.
 *
 * Guarantees: rules are compared by what they are, with their place and order: an edge is closed only if each of its lines is
 *   there, our chains hold nothing else, and no line of others that lets its packets through comes before our jumps. Nothing of others is ever named in a
 *   script. Caveats: where an iptables prints a rule otherwise than it was given, `learned` says how.
 */
export type Saved = ReadonlyMap<string, readonly string[]>

/** How this iptables prints a rule that was given like the key. */
export type Learned = ReadonlyMap<string, string>

/** The table `filter`: its chains, and their lines without quotes. */
export const parseSaved = (text: string): Saved => {
  const chains = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, declared] = /^:(\S+) /.exec(line) ?? []
    if (declared !== undefined) chains.set(declared, chains.get(declared) ?? [])
    const [, chain, rule] = /^-A (\S+) (.*)$/.exec(line) ?? []
    if (chain !== undefined && rule !== undefined) chains.get(chain)?.push(rule.replaceAll('"', ''))
  }
  return chains
}

export interface Standing {
  readonly closed: readonly Edge[]
  readonly identities: readonly string[]
  /** Jumps and decisions are as they must be. */
  readonly frame: boolean
}

export const standing = (settings: FirewallSettings, saved: Saved, learned: Learned = new Map()): Standing => {
  const { owner } = settings
  const found = linesOf(owner, saved)
  const wanted = chainsFor(settings, [])
  const jumps = jumpsOf(owner, saved)
  const isFirst = isForwardedFirst(
    saved.get(FORWARD) ?? [],
    jumps.filter(({ base }) => base === FORWARD).map(({ line }) => learned.get(line) ?? line),
  )
  const frame =
    !found.has(undefined) &&
    [...wanted].every(
      ([chain, lines]) => saved.has(chain) && (lines.length === 0 || sameLines(saved.get(chain) ?? [], lines, learned)),
    ) &&
    jumps.every((jump) => isPlaced(jump, saved, learned)) &&
    strayJumps(owner, saved, learned).length === 0
  const identities = [...found.keys()].filter((identity) => identity !== undefined).toSorted()
  const closed = identities.flatMap((identity) => {
    const mine = found.get(identity)
    const edge = mine === undefined ? undefined : edgeOf(identity, mine)
    if (!frame || mine === undefined || edge === undefined || !isFirst(edge.bridge)) return []
    const lines = linesFor(owner, edge)
    return WAYS.every((way) => sameLines(mine[way], lines[way], learned)) ? [edge] : []
  })
  return { closed, identities, frame }
}

/** For `iptables-restore --noflush`: all of it is carried out, or nothing. Without edges everything of ours goes. */
export const scriptFor = (settings: FirewallSettings, saved: Saved, edges: readonly Edge[]): string => {
  const { owner } = settings
  const chains = chainsFor(settings, edges)
  const jumps = jumpsOf(owner, saved)
  const isGone = edges.length === 0
  const stale = BASES.flatMap((base) => jumpsIn(owner, base, saved).map((line) => `-D ${base} ${line}`))
  const there = [...chains.keys()].filter((chain) => saved.has(chain))
  const lines = isGone
    ? [...there.map((chain) => `:${chain} - [0:0]`), ...stale, ...there.map((chain) => `-X ${chain}`)]
    : [
        ...[...chains.keys()].map((chain) => `:${chain} - [0:0]`),
        ...[...chains].flatMap(([chain, rules]) => rules.map((rule) => `-A ${chain} ${rule}`)),
        ...stale,
        ...jumps.map(({ base, line }) => `-I ${base} 1 ${line}`),
      ]
  return ['*filter', ...lines, 'COMMIT', ''].join('\n')
}

/** How rules are printed that were just given, where that differs. */
export const learn = (settings: FirewallSettings, saved: Saved, edges: readonly Edge[]): Learned => {
  const learned = new Map<string, string>()
  for (const [chain, lines] of chainsFor(settings, edges)) {
    const printed = saved.get(chain) ?? []
    if (printed.length !== lines.length) continue
    for (const [index, line] of lines.entries()) if (printed[index] !== line) learned.set(line, printed[index] ?? '')
  }
  for (const { base, line } of jumpsOf(settings.owner, saved)) {
    const target = line.slice(line.lastIndexOf(' '))
    const printed = (saved.get(base) ?? []).find((each) => each.endsWith(target))
    if (printed !== undefined && printed !== line) learned.set(line, printed)
  }
  return learned
}

const BASES = ['INPUT', 'OUTPUT', FORWARD, DOCKER_USER] as const

const jumpsOf = (owner: string, saved: Saved) => jumpsFor(owner, saved.has(DOCKER_USER))

const sameLines = (found: readonly string[], wanted: readonly string[], learned: Learned): boolean =>
  found.length === wanted.length && wanted.every((line, index) => found[index] === (learned.get(line) ?? line))

/** Before it may stand only jumps of bottled, other roots' included: they accept nothing. In FORWARD it is a matter of each bridge. */
const isPlaced = (jump: { readonly base: string; readonly line: string }, saved: Saved, learned: Learned): boolean => {
  if (jump.base === FORWARD) return true
  const lines = saved.get(jump.base) ?? []
  const at = lines.indexOf(learned.get(jump.line) ?? jump.line)
  return at >= 0 && lines.slice(0, at).every((line) => line.includes(` -j ${PREFIX}`))
}

const jumpsIn = (owner: string, base: string, saved: Saved): readonly string[] => {
  const targets = WAYS.map((way) => ` -j ${chainOf(owner, way)}`)
  return (saved.get(base) ?? []).filter((line) => targets.some((target) => line.endsWith(target)))
}

/** Twice, or where they don't belong. */
const strayJumps = (owner: string, saved: Saved, learned: Learned): readonly string[] => {
  const left = jumpsOf(owner, saved).map(({ base, line }) => `${base} ${learned.get(line) ?? line}`)
  return BASES.flatMap((base) => jumpsIn(owner, base, saved).map((line) => `${base} ${line}`)).filter((jump) => {
    const at = left.indexOf(jump)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
}

type Lines = Readonly<Record<Way, readonly string[]>>

/** By identity; undefined has what nobody of ours wrote there. */
const linesOf = (owner: string, saved: Saved): ReadonlyMap<string | undefined, Lines> => {
  const found = new Map<string | undefined, Record<Way, string[]>>()
  for (const way of WAYS)
    for (const line of saved.get(chainOf(owner, way)) ?? []) {
      const identity = identityOf(owner, line)
      const lines = found.get(identity) ?? { HOST: [], FROM: [], TO: [], LOCAL: [] }
      lines[way].push(line)
      found.set(identity, lines)
    }
  return found
}

const identityOf = (owner: string, line: string): string | undefined => {
  const [, comment = ''] = / --comment (\S+) /.exec(line) ?? []
  return comment.startsWith(`${owner}/`) ? comment.slice(owner.length + 1) : undefined
}

/** As its own lines say it; undefined if they don't. */
const edgeOf = (identity: string, { LOCAL, FROM }: Lines): Edge | undefined => {
  const [, bundleIp, bridge] = /^-d (\S+)\/32 -o (\S+) /.exec(LOCAL[0] ?? '') ?? []
  if (bundleIp === undefined || bridge === undefined) return undefined
  const reach = FROM.flatMap((line) => {
    const [, cidr, port] = /^-d (\S+) .*?(?:--dport (\d+) )?-m comment .* -j RETURN$/.exec(line) ?? []
    return cidr === undefined ? [] : [port === undefined ? cidr : `${cidr}:${port}`]
  })
  return { identity, bridge, bundleIp, reach }
}
