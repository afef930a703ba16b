import ipaddr from 'ipaddr.js'
import { isIdentity } from '../../../schemas/identity.ts'
import type { Edge } from '../../ports.ts'
import { isRecord } from '../../json.ts'

/**
 * What an ordinary user's controller asks the helper for. Pure.
 *
 * Guarantees: each value has the one form that a rule can hold: no space, quote, line break, flag or name of a chain comes
 *   through, and nothing that isn't named here.
 */
export interface HelperRequest {
  /** Of the root. The helper writes it into names only together with the user that asks. */
  readonly owner: string
  /** `CIDR` or `CIDR:PORT`, for all bundles of the root. */
  readonly reach: readonly string[]
  readonly wish:
    | { readonly verb: 'look' }
    | { readonly verb: 'close'; readonly edge: Edge }
    | { readonly verb: 'open'; readonly identity: string }
}

/** Bytes of a request, and of an answer. */
export const MOST_REQUEST = 16 * 1024
export const MOST_ANSWER = 4 * 1024 * 1024
const MOST_REACH = 64
/** Of one bundle: each is a line of its own for each of them. */
const MOST_EDGE_REACH = 4

/** Where the helper of a user listens; the folder is root's. */
export const helperSocket = (userId: number): string => `/run/bottled-edges/${userId}.sock`

/** Undefined: it isn't one. */
export const parseRequest = (value: unknown): HelperRequest | undefined => {
  if (!isRecord(value) || !hasOnly(value, ['owner', 'reach', 'wish'])) return undefined
  const { owner, reach, wish } = value
  if (typeof owner !== 'string' || !OWNER.test(owner) || !isReach(reach) || !isRecord(wish)) return undefined
  const { verb, edge, identity } = wish
  if (verb === 'look') return hasOnly(wish, ['verb']) ? { owner, reach, wish: { verb } } : undefined
  if (verb === 'close')
    return hasOnly(wish, ['verb', 'edge']) && isEdge(edge) ? { owner, reach, wish: { verb, edge } } : undefined
  const isOpen = verb === 'open' && hasOnly(wish, ['verb', 'identity'])
  return isOpen && isName(identity) ? { owner, reach, wish: { verb, identity } } : undefined
}

/** As an owner file has it. */
const OWNER = /^[a-z0-9][a-z0-9._-]{0,62}$/i
/** As Docker names it by its network. */
const BRIDGE = /^br-[0-9a-f]{12}$/

const hasOnly = (value: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean =>
  Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key))

const isName = (value: unknown): value is string => typeof value === 'string' && isIdentity(value)

const isEdge = (value: unknown): value is Edge =>
  isRecord(value) &&
  hasOnly(value, ['identity', 'bridge', 'bundleIp', 'reach']) &&
  isName(value['identity']) &&
  typeof value['bridge'] === 'string' &&
  BRIDGE.test(value['bridge']) &&
  typeof value['bundleIp'] === 'string' &&
  isIPv4(value['bundleIp']) &&
  isReach(value['reach'], MOST_EDGE_REACH)

const isIPv4 = (text: string): boolean => ipaddr.IPv4.isValidFourPartDecimal(text)

const isReach = (value: unknown, most = MOST_REACH): value is readonly string[] =>
  Array.isArray(value) && value.length <= most && value.every(isRange)

const isRange = (value: unknown): boolean => {
  if (typeof value !== 'string') return false
  const [, ip = '', length, port = '1'] = /^([0-9.]{7,15})\/(\d{1,2})(?::(\d{1,5}))?$/.exec(value) ?? []
  return isIPv4(ip) && Number(length) <= 32 && Number(port) >= 1 && Number(port) <= 65_535
}
