import ipaddr from 'ipaddr.js'
import type { Route } from '../ports.ts'

/** The kernel's routes, from either of two texts. Pure. Default and /1 routes are left out: VPNs set them, and they mean "all else". */

interface IpRoute {
  readonly dst?: string
  readonly dev?: string
}

/** `ip -j -4 route show table all`. */
export const fromIp = (json: string): readonly Route[] =>
  (JSON.parse(json) as readonly IpRoute[]).flatMap(({ dst, dev }) =>
    routeOf(dst === 'default' ? '0.0.0.0/0' : (dst ?? ''), dev ?? ''),
  )

/** `ip -j -4 route get`. */
export const deviceOf = (json: string): string | undefined => (JSON.parse(json) as readonly IpRoute[])[0]?.dev

/** /proc/net/route: the main table only, addresses in hexadecimal of the host's byte order. */
export const fromProc = (text: string): readonly Route[] =>
  rowsOf(text).flatMap(({ device, destination, mask }) => routeOf(`${dotted(destination)}/${ones(mask)}`, device))

/** The device of the default route that wins. */
export const defaultDevice = (text: string): string | undefined =>
  rowsOf(text)
    .filter(({ destination, mask }) => destination === 0 && mask === 0)
    .sort((one, other) => one.metric - other.metric)[0]?.device

interface Row {
  readonly device: string
  readonly destination: number
  readonly mask: number
  readonly metric: number
}

const UP = 1

const rowsOf = (text: string): readonly Row[] =>
  text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device = '', destination = '', , flags = '', , , metric = '', mask = ''] = line.trim().split(/\s+/)
      if (mask === '' || (parseInt(flags, 16) & UP) === 0) return []
      return [{ device, destination: parseInt(destination, 16), mask: parseInt(mask, 16), metric: Number(metric) }]
    })

const dotted = (word: number): string => [0, 8, 16, 24].map((shift) => (word >>> shift) & 255).join('.')

const ones = (word: number): number => word.toString(2).replaceAll('0', '').length

const routeOf = (destination: string, device: string): readonly Route[] => {
  const cidr = destination.includes('/') ? destination : `${destination}/32`
  if (!ipaddr.IPv4.isValidCIDR(cidr)) return []
  const prefix = Number(cidr.split('/')[1])
  return prefix <= 1 ? [] : [{ cidr: `${ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()}/${prefix}`, device }]
}
