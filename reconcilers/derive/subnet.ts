import { createHash } from 'node:crypto'
import { formatBlock, parseBlock } from './cidr.ts'
import type { Block } from './cidr.ts'

/** Who may have which /24 (API §1.2). */

export interface Claim {
  readonly cidr: string
  /** For a person: `bottle/x`, `network y`, `the route over eth0`. */
  readonly by: string
}

/** Claims, indexed: one look-up per candidate, however many claims there are. */
export interface Taken {
  /** Who has this /24 (or part of it), if anyone but `except`. */
  holder(prefix: number, except?: string): string | undefined
  add(claim: Claim): void
}

export const indexClaims = (claims: readonly Claim[]): Taken => {
  const exact = new Map<number, string[]>()
  const wide: { readonly block: Block; readonly by: string }[] = []
  const add = ({ cidr, by }: Claim): void => {
    const block = parseBlock(cidr)
    if (block === undefined) return
    if (block.first !== block.last) wide.push({ block, by })
    else exact.set(block.first, [...(exact.get(block.first) ?? []), by])
  }
  for (const claim of claims) add(claim)
  return {
    add,
    holder: (prefix, except) =>
      exact.get(prefix)?.find((by) => by !== except) ??
      wide.find(({ block, by }) => by !== except && block.first <= prefix && prefix <= block.last)?.by,
  }
}

export type Choice =
  | { readonly subnet: string }
  | { readonly reason: 'SubnetTaken' | 'SubnetPoolExhausted'; readonly message: string }

/** 0, 1 and 17 are skipped: home routers and Docker's default collide there. */
const FIRST_POOL: readonly number[] = Array.from({ length: 255 }, (_, octet) => octet)
  .filter((octet) => octet >= 2 && octet !== 17)
  .map((octet) => (192 << 16) | (168 << 8) | octet)

/** True if a /24 is one that could be derived: in the first pool, or in one of these. */
export const isInPools = (subnet: string, pools: readonly string[]): boolean => {
  const prefix = parseBlock(subnet)?.first ?? -1
  return (
    FIRST_POOL.includes(prefix) ||
    pools.some((pool) => {
      const block = parseBlock(pool)
      return block !== undefined && block.first <= prefix && prefix <= block.last
    })
  )
}

/** The first 4 bytes, big-endian, of SHA-256(identity). */
export const hash32 = (identity: string): number => createHash('sha256').update(identity).digest().readUInt32BE(0)

/** The /24 for an identity: the pin if there is one and it is free, else the first free candidate. Pure. */
export const chooseSubnet = (request: {
  readonly identity: string
  readonly pin?: string | undefined
  readonly pools: readonly string[]
  readonly taken: Taken
}): Choice => {
  const { identity, pin, taken } = request
  if (pin !== undefined) {
    const by = taken.holder(parseBlock(pin)?.first ?? -1)
    return by === undefined ? { subnet: pin } : { reason: 'SubnetTaken', message: takenMessage(pin, by) }
  }
  const seed = hash32(identity)
  for (const pool of [undefined, ...request.pools]) {
    const block = pool === undefined ? undefined : parseBlock(pool)
    if (pool !== undefined && block === undefined) continue
    const count = block === undefined ? FIRST_POOL.length : block.last - block.first + 1
    const at = (index: number): number => (block === undefined ? (FIRST_POOL[index] ?? 0) : block.first + index)
    for (let step = 0; step < count; step++) {
      const prefix = at((seed + step) % count)
      if (taken.holder(prefix) === undefined) return { subnet: formatBlock(prefix) }
    }
  }
  return {
    reason: 'SubnetPoolExhausted',
    message: `every /24 of 192.168.0.0/16${request.pools.map((pool) => ` and ${pool}`).join('')} is taken; add a pool with --subnet-pool CIDR`,
  }
}

export const takenMessage = (subnet: string, by: string): string =>
  `${subnet} is taken by ${by}; free it, or set another spec.network.subnet`
