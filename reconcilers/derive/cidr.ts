/** IPv4 CIDRs as ranges of 24-bit prefixes: all that subnet allocation needs. A block narrower than /24 takes the whole /24. */
export interface Block {
  /** First /24 of the block: its address shifted right by 8. */
  readonly first: number
  readonly last: number
}

const CIDR = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/

/** Undefined if the text is not an IPv4 CIDR (an IPv6 subnet can't overlap ours). Host bits are ignored. */
export const parseBlock = (cidr: string): Block | undefined => {
  const match = CIDR.exec(cidr)
  if (match === null) return undefined
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number)
  if ([a, b, c, d].some((octet) => octet > 255) || bits > 32) return undefined
  const prefix = (a << 16) | (b << 8) | c
  if (bits >= 24) return { first: prefix, last: prefix }
  const size = 2 ** (24 - bits)
  const first = prefix - (prefix % size)
  return { first, last: first + size - 1 }
}

export const formatBlock = (prefix: number): string => `${prefix >>> 16}.${(prefix >>> 8) & 255}.${prefix & 255}.0/24`

export const overlaps = (a: Block, b: Block): boolean => a.first <= b.last && b.first <= a.last

/** `.1` of a /24. */
export const gatewayOf = (subnet: string): string => subnet.replace(/0\/24$/, '1')
/** `.2` of a /24. */
export const bundleIpOf = (subnet: string): string => subnet.replace(/0\/24$/, '2')
/** `.3` of a /24: what seals an agent's container. */
export const sealIpOf = (subnet: string): string => subnet.replace(/0\/24$/, '3')
/** The upper half, where Docker may pick addresses. */
export const ipRangeOf = (subnet: string): string => subnet.replace(/0\/24$/, '128/25')
