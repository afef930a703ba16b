import { isRecord } from '../../json.ts'
import { TABLE } from './rules.ts'

/** What of a listing of nft isn't ours, nor of Docker as far as that can open nothing; in words. Pure. */
export type Row = Readonly<Record<string, unknown>>

/** Of our table, by the hook of each. */
export const CHAINS = { out: 'output', in: 'input', through: 'forward' } as const

export interface Known {
  readonly kind: 'table' | 'chain' | 'rule' | 'metainfo'
  readonly of: Row
}

/** A word: what isn't known. */
export const kindOf = (item: unknown): Known | string => {
  const [entry, ...others] = isRecord(item) ? Object.entries(item) : []
  const [kind, of] = entry ?? []
  if (others.length > 0 || !isRecord(of)) return 'the listing has something that is not known'
  if (kind !== 'table' && kind !== 'chain' && kind !== 'rule' && kind !== 'metainfo')
    return `there is a ${printable(kind)}`
  return { kind, of }
}

export const strangeIn = ({ kind, of }: Known): string | undefined => {
  if (kind === 'metainfo')
    return of['json_schema_version'] === 1 ? undefined : 'the listing is of another version of nft'
  const { family, name } = of
  const table = kind === 'table' ? name : of['table']
  if (family === 'inet' && table === TABLE) {
    if (kind === 'table' && 'flags' in of) return `table ${TABLE} has flags`
    if (kind === 'chain' && !Object.hasOwn(CHAINS, String(name))) return `there is a chain ${printable(name)}`
    return kind === 'rule' && !Object.hasOwn(CHAINS, String(of['chain'])) ? 'there is a rule of no chain' : undefined
  }
  if (family === 'ip' && table === 'nat') return strangeInNat(kind, of)
  return `there is a table ${printable(family)} ${printable(table)}`
}

/** Docker's, by which a container's names reach the Engine. */
const strangeInNat = (kind: Known['kind'], of: Row): string | undefined => {
  if (kind === 'table') return 'flags' in of ? 'table nat has flags' : undefined
  if (kind === 'chain') {
    const { type, hook, prio } = of
    if (type === undefined && hook === undefined) return undefined
    const isEarly = hook !== 'output' || (typeof prio === 'number' && prio < 0)
    return type === 'nat' && isEarly ? undefined : 'table nat changes addresses after the seal has judged them'
  }
  const { expr } = of
  return Array.isArray(expr) && expr.every(isOfNat) ? undefined : 'table nat does more than change addresses'
}

const OF_NAT = new Set(['match', 'counter', 'jump', 'return', 'dnat', 'snat'])
const TARGETS: ReadonlySet<unknown> = new Set(['DNAT', 'SNAT'])

const isOfNat = (part: unknown): boolean => {
  const [[name, value] = [], ...others] = isRecord(part) ? Object.entries(part) : []
  if (name === undefined || others.length > 0) return false
  return name === 'xt' ? isRecord(value) && TARGETS.has(value['name']) : OF_NAT.has(name)
}

/** Of a name that others chose. */
const printable = (name: unknown): string =>
  String(name)
    .replaceAll(/[^\w.-]/g, '?')
    .slice(0, 40)
