import ipaddr from 'ipaddr.js'
import { parseIp } from './ip.ts'

/** A literal address in any spelling that a resolver takes, written plainly; undefined for what is none. Pure. */
export const literalOf = (text: string): string | undefined => {
  const bare = text.replace(/\.$/, '').replace(/^\[(.*)\]$/s, '$1')
  if (bare.length > LONGEST) return undefined
  return (parseIp(bare) ?? (ipaddr.IPv4.isValid(bare) ? ipaddr.IPv4.parse(bare) : undefined))?.toString()
}

const LONGEST = 64
