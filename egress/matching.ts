import { createGlob } from './glob.ts'
import type { Matcher } from './glob.ts'
import { matchesHost } from './host-pattern.ts'
import { readPath } from './path.ts'
import type { PathReading } from './path.ts'
import type { AllowRule, DenyRule, Request } from './policy.ts'

/**
 * Whether an entry of a policy is about a request. Pure.
 *
 * Guarantees: what could be read in two ways never helps a request: an `allow` matches only if every reading does, a `deny` if one
 *   does. So a `deny` takes no notice of the case of methods and paths: some servers don't, either.
 */
export interface Facts {
  /** Canonical. */
  readonly host: string
  readonly port: number
  readonly method: string
  readonly websocket: boolean
  readonly path: PathReading
  readonly now: number
}

/** `host` is canonical. The path is read when an entry asks: most requests are for hosts that no entry with paths names. */
export const factsOf = ({ host, port, method, path, websocket = false }: Request, now: number): Facts => {
  let reading: PathReading | undefined
  return {
    host,
    port,
    method,
    websocket,
    get path() {
      return (reading ??= readPath(path))
    },
    now,
  }
}

/** What keeps an `allow` of this host and port from matching. */
export type Obstacle = 'method' | 'path' | 'websocket' | 'push' | 'until'

export const namesHost = (rule: AllowRule, { host, port }: Pick<Facts, 'host' | 'port'>): boolean =>
  rule.ports.includes(port) && matchesHost(rule.host, host)

/** `NaN` is past every time. */
export const isLive = ({ until }: AllowRule, now: number): boolean => until === undefined || now < Date.parse(until)

/** Empty: it matches. What is passed through is not looked into, so that only time stands in its way. */
export const obstaclesOf = (rule: AllowRule, facts: Facts): readonly Obstacle[] => {
  const { method, websocket, now } = facts
  const found: Obstacle[] = []
  if (!isLive(rule, now)) found.push('until')
  if (rule.tls === 'passthrough') return found
  if (rule.methods !== undefined && !rule.methods.includes(method)) found.push('method')
  else if (rule.websocket && method !== 'GET') found.push('method')
  if (rule.paths !== undefined && !allowsPath(rule.paths, facts.path)) found.push('path')
  if (rule.websocket !== websocket) found.push('websocket')
  if (!rule.push && facts.path.push) found.push('push')
  return found
}

export const forbids = (rule: DenyRule, facts: Facts): boolean =>
  forbidsHost(rule, facts) &&
  (rule.methods === undefined || rule.methods.includes(facts.method.toUpperCase()) || !TOKEN.test(facts.method)) &&
  (rule.paths === undefined || forbidsPath(rule.paths, facts.path))

/** Some request to this host and port is forbidden. */
export const forbidsHost = (rule: DenyRule, { host, port }: Pick<Facts, 'host' | 'port'>): boolean =>
  (rule.ports === undefined || rule.ports.includes(port)) && matchesHost(rule.host, host)

/** RFC 9110: what a method is made of. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const allowsPath = (paths: readonly string[], { readings, unclear }: PathReading): boolean =>
  unclear === undefined && readings.every((reading) => matchersOf(paths).some((matches) => matches(reading)))

const forbidsPath = (paths: readonly string[], { readings, unclear }: PathReading): boolean =>
  unclear !== undefined || readings.some((reading) => foldedOf(paths).some((matches) => matches(folded(reading))))

const folded = (text: string): string => text.normalize('NFC').toLowerCase()

/** Made once for each list of a policy, which never changes. */
const once = (make: (paths: readonly string[]) => readonly Matcher[]): typeof make => {
  const made = new WeakMap<readonly string[], readonly Matcher[]>()
  return (paths) => {
    const found = made.get(paths) ?? make(paths)
    made.set(paths, found)
    return found
  }
}
const matchersOf = once((paths) => paths.map(createGlob))
const foldedOf = once((paths) => paths.map((glob) => createGlob(folded(glob))))
