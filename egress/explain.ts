import { matchesHost } from './host-pattern.ts'
import { parseHost } from './host.ts'
import { factsOf, obstaclesOf } from './matching.ts'
import type { Obstacle } from './matching.ts'
import { readPath } from './path.ts'
import type { AllowRule, Allowed, Decision, DenyRule, Policy, Refused, Request } from './policy.ts'
import { shown } from './shown.ts'
import { suggest } from './suggest.ts'

/**
 * A decision in words: what was asked, why it went so, and what to do. Pure.
 *
 * Guarantees: text of the client is cut and can't control a terminal; no query and no secret's value is shown.
 */
export interface Explanation {
  /** `GET https://api.github.com/user`. */
  readonly what: string
  /** Sentences. */
  readonly why: readonly string[]
  /** What a person would do to allow it; empty if it is allowed, or never can be. */
  readonly todo: readonly string[]
}

export const explain = (
  policy: Policy,
  { request, decision, now }: { readonly request: Request; readonly decision: Decision; readonly now: number },
): Explanation => ({
  what: whatOf(request),
  ...(decision.allow ? allowedWords(policy, decision) : refusedWords(policy, { request, decision, now })),
})

const whatOf = ({ host, port, method, path, websocket }: Request): string => {
  const plain = port === 80
  const scheme = `${websocket === true ? 'ws' : 'http'}${plain ? '' : 's'}`
  const [bare = ''] = path.split('?', 1)
  return `${shown(method)} ${scheme}://${shown(host)}${plain || port === 443 ? '' : `:${port}`}${shown(bare)}`
}

type Words = Pick<Explanation, 'why' | 'todo'>

const allowedWords = (policy: Policy, decision: Allowed): Words => {
  const { rule, credential, tls, until, audit } = decision
  const why = [
    ...(audit === undefined
      ? [`${rule ?? ''} allows it.`]
      : [
          `Mode audit lets it through; enforce would deny it: ${audit.reason}${audit.rule === undefined ? '' : ` by ${audit.rule}`}.`,
        ]),
    ...(credential === undefined
      ? []
      : [`The header ${credential.header} is set from the secret ${credential.secret}.`]),
    ...(tls === 'passthrough' ? ['It is passed through: methods, paths and pushes are not looked at.'] : []),
    ...(tls === 'terminate' && policy.allow.some((each) => each.rule === rule && each.tls === 'passthrough')
      ? ['It is looked into all the same, as an earlier entry or a deny is about this host.']
      : []),
    ...(decision.private ? ['It may resolve to a private address.'] : []),
    ...(until === undefined ? [] : [`The entry ends at ${until}.`]),
  ]
  return { why, todo: [] }
}

const refusedWords = (
  policy: Policy,
  { request, decision, now }: { readonly request: Request; readonly decision: Refused; readonly now: number },
): Words => {
  const host = parseHost(request.host)
  if ('fault' in host)
    return host.fault === 'AddressLiteral'
      ? { why: ['The host is a literal address; only names can be allowed.'], todo: ['Use the name of the host.'] }
      : { why: [`${shown(request.host) || 'An empty text'} is no host name.`], todo: [] }
  const canonical = { ...request, host: host.name }
  const deny = policy.deny.find(({ rule }) => rule === decision.rule)
  if (deny !== undefined)
    return {
      why: [
        `${deny.rule} forbids ${termsOf(deny)}.`,
        ...(deny.paths === undefined ? [] : unclearWords(request, 'forbidden by every list of paths')),
      ],
      todo: [`Remove ${deny.rule}, or narrow it.`],
    }
  const close = policy.allow.filter((rule) => matchesHost(rule.host, host.name))
  const facts = factsOf(canonical, now)
  const obstacles = (rule: AllowRule): readonly Obstacle[] => obstaclesOf(rule, facts)
  const lone = (one: Obstacle): AllowRule | undefined =>
    close.find((rule) => rule.ports.includes(request.port) && obstacles(rule).join() === one)
  if (decision.reason === 'PushNotAllowed') {
    const rule = lone('push')?.rule ?? 'the entry'
    return {
      why: [`It is a git push, and ${rule} has no push: true.`],
      todo: [`Push through the git gate, or set push: true on ${rule}.`],
    }
  }
  if (decision.reason === 'Expired') {
    const rule = lone('until')
    return {
      why: [`${rule?.rule ?? 'The entry'} ended at ${rule?.until ?? 'its time'}.`],
      todo: [`Set a later until on ${rule?.rule ?? 'the entry'}.`],
    }
  }
  const why =
    close.length === 0
      ? [`No entry names ${host.name}.`, ...apexWords(policy, host.name)]
      : close
          .slice(0, MOST)
          .map((rule) => `${rule.rule} names ${rule.host}, but ${obstacleWords(rule, request, obstacles(rule))}.`)
  return {
    why: [
      ...why,
      ...(close.some(({ paths }) => paths !== undefined) ? unclearWords(request, 'in no list of paths') : []),
    ],
    todo: suggest(canonical),
  }
}

const MOST = 5

const unclearWords = ({ path }: Request, so: string): readonly string[] => {
  const { unclear } = readPath(path)
  return unclear === undefined ? [] : [`Servers may read the path in two ways (${unclear}), so it is ${so}.`]
}

/** A wildcard doesn't include the name below it, which surprises. */
const apexWords = (policy: Policy, name: string): readonly string[] =>
  policy.allow
    .filter(({ host }) => host === `*.${name}`)
    .slice(0, 1)
    .map(({ rule, host }) => `${rule} names ${host}, which doesn't include ${name} itself.`)

const obstacleWords = (rule: AllowRule, { port, websocket }: Request, obstacles: readonly Obstacle[]): string => {
  const words: Readonly<Record<Obstacle, string>> = {
    method: `only the methods ${(rule.methods ?? ['GET']).join(', ')}`,
    path: `only the paths ${list(rule.paths ?? [])}`,
    websocket: websocket === true ? 'no WebSocket' : 'only WebSocket upgrades',
    push: 'no git push',
    until: `only until ${rule.until ?? ''}`,
  }
  const found = [
    ...(rule.ports.includes(port) ? [] : [`only port ${rule.ports.join(', ')}`]),
    ...obstacles.map((obstacle) => words[obstacle]),
  ]
  return `allows ${found.join(' and ')}`
}

const termsOf = ({ host, ports, methods, paths }: DenyRule): string =>
  [
    host,
    ...(ports === undefined ? [] : [`port ${ports.join(', ')}`]),
    ...(methods === undefined ? [] : [methods.join(', ')]),
    ...(paths === undefined ? [] : [list(paths)]),
  ].join(', ')

const list = (items: readonly string[]): string =>
  items.length <= MOST ? items.join(', ') : `${items.slice(0, MOST).join(', ')} and ${items.length - MOST} more`
