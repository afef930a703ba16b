import type { InwardName } from './target.ts'

/**
 * Names of the throwaway bundle that lead inward: a resolver's answer is what an attacker chooses. Pure.
 *
 * Assumptions: the bundle's file of hosts has them, so that no resolver outside is needed; none of them can exist (RFC 2606).
 */
export const ALLOWED_NAMES = ['*.private.seal.invalid', '*.seal.invalid'] as const

export const inwardNames = ({
  gateway,
  bundleIp,
  hostAddresses,
  containers,
}: {
  readonly gateway: string
  readonly bundleIp: string
  readonly hostAddresses: readonly string[]
  readonly containers: readonly { readonly ip: string }[]
}): readonly InwardName[] => {
  const never = [
    ['gateway', gateway, 'this host on the network of its bundle'],
    ['loopback', '127.0.0.1', 'the loopback of its bundle'],
    ['loopback6', '::1', 'the loopback of its bundle, by IPv6'],
    ['mapped', '::ffff:127.0.0.1', 'the loopback of its bundle, by a mapped address'],
    ['unspecified', '0.0.0.0', 'the unspecified address'],
    ['own', bundleIp, 'its bundle itself'],
    ['metadata', '169.254.169.254', 'a metadata service'],
  ] as const
  const privately = hostAddresses.find((ip) => PRIVATE.test(ip) && ip !== gateway)
  const other = containers.find(({ ip }) => ip !== bundleIp && PRIVATE.test(ip))
  return [
    ...never.map(([label, ip, what]) => ({ name: `${label}.seal.invalid`, ip, what })),
    // What no entry can allow.
    ...never.map(([label, ip, what]) => ({
      name: `${label}.private.seal.invalid`,
      ip,
      what: `${what}, where private addresses are allowed`,
    })),
    { name: 'site.seal.invalid', ip: '10.0.0.1', what: 'a private address' },
    ...(privately === undefined
      ? []
      : [{ name: 'host.seal.invalid', ip: privately, what: 'a private address of this host' }]),
    ...(other === undefined ? [] : [{ name: 'other.seal.invalid', ip: other.ip, what: 'another container' }]),
  ]
}

const PRIVATE = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/

export const hostsText = (names: readonly InwardName[]): string =>
  ['127.0.0.1 localhost', ...names.map(({ name, ip }) => `${ip} ${name}`), ''].join('\n')
