import ipaddr from 'ipaddr.js'
import type { Ip } from './ip.ts'

/** The IPv4 addresses that an IPv6 address may lead to, by each way of writing one into the other. Pure. */
export const embeddedIn = (address: Ip): readonly ipaddr.IPv4[] => {
  if (!(address instanceof ipaddr.IPv6)) return []
  const bytes = address.toByteArray()
  const at = (...places: readonly number[]): ipaddr.IPv4 => new ipaddr.IPv4(places.map((place) => bytes[place] ?? 0))
  const low = at(12, 13, 14, 15)
  const starts = (...first: readonly number[]): boolean => first.every((byte, place) => bytes[place] === byte)
  // IPv4-mapped and -translated (RFC 2765), and NAT64's well-known prefix (RFC 6052).
  if (starts(...ZEROS, 0xff, 0xff) || starts(...ZEROS.slice(2), 0xff, 0xff, 0, 0)) return [low]
  if (starts(0, 0x64, 0xff, 0x9b, ...ZEROS.slice(2))) return [low]
  // NAT64 of the site's own (RFC 8215): how long the prefix is, only the site knows.
  if (starts(0, 0x64, 0xff, 0x9b, 0, 1)) return [at(6, 7, 9, 10), at(7, 9, 10, 11), at(9, 10, 11, 12), low]
  // 6to4 (RFC 3056), Teredo (RFC 4380: its server, and its client with all bits turned).
  if (starts(0x20, 0x02)) return [at(2, 3, 4, 5)]
  if (starts(0x20, 0x01, 0, 0)) return [at(4, 5, 6, 7), new ipaddr.IPv4(low.octets.map((octet) => octet ^ 0xff))]
  // ISATAP (RFC 5214), below any prefix.
  return (bytes[8] === 0 || bytes[8] === 2) && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe ? [low] : []
}

const ZEROS: readonly number[] = Array.from({ length: 10 }, () => 0)
