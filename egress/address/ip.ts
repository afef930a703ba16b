import ipaddr from 'ipaddr.js'

export type Ip = ipaddr.IPv4 | ipaddr.IPv6

/** An address as resolvers write it: four decimal parts, or IPv6 without a zone. Pure. */
export const parseIp = (text: string): Ip | undefined => {
  if (text.length > LONGEST) return undefined
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  const plain = text.replace(QUAD, (_, ...parts: readonly string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number)
    return [a, b, c, d].every((octet) => octet < 256)
      ? `:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
      : ''
  })
  return /^[0-9a-f:]+$/i.test(plain) && plain.includes(':') && ipaddr.IPv6.isValid(plain)
    ? ipaddr.IPv6.parse(plain)
    : undefined
}

const LONGEST = 64
/** ipaddr.js takes `::127.0.0.1` for `::ffff:127.0.0.1`, so it isn't shown a dotted ending. */
const QUAD = /:(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/
