import { sealTargets } from './targets.ts'
import type { Attempt, Facts, Target } from './target.ts'

/**
 * The table for an agent in a container: that of a guest in a VM, without smolvm's gateway, and what only a container can try. Pure.
 *
 * Flow: each address that must not be reached is tried by a plain socket, and again by one that is bound to the agent's device and by
 *   one that takes no gateway: by those a kernel finds a way where there is no route (recorded of Engine 29). A datagram may
 *   arrive though no answer comes back: what listens on this host tells.
 */
export const containerTargets = (facts: Facts & { readonly device: string }): readonly Target[] => {
  const { device, gateway, port, hostAddresses, containers, bundleIp, outside } = facts
  const plain = sealTargets(facts).filter(({ what }) => !what.includes('gateway of smolvm'))
  const hosts = [...new Set([gateway, ...hostAddresses])].filter((ip) => !ip.includes(':'))
  const others = containers.filter(({ ip }) => ip !== bundleIp)
  const both = (what: string, ip: string, to: number): readonly Target[] =>
    (['tcp', 'udp'] as const).flatMap((kind) => [
      nothing(`${what}, by ${kind.toUpperCase()} bound to ${device}`, { kind, ip, port: to, send: HELLO, device }),
      nothing(`${what}, by ${kind.toUpperCase()} without a gateway`, { kind, ip, port: to, send: HELLO, direct: true }),
    ])
  return [
    ...plain,
    ...hosts.flatMap((ip) => both(`this host at ${ip}`, ip, port)),
    nothing(`this host's multicast, by UDP bound to ${device}`, {
      kind: 'udp',
      ip: '224.0.0.1',
      port,
      send: HELLO,
      device,
    }),
    ...['ff02::1', 'fe80::1'].map((ip) =>
      nothing(`${ip}, by UDP bound to ${device}`, { kind: 'udp', ip, port, send: HELLO, device }),
    ),
    ...others.flatMap(({ name, ip, port: exposed }) => both(`container ${name}`, ip, exposed)),
    ...['169.254.169.254', ...outside].flatMap((ip) => both(ip, ip, 80)),
    nothing('the resolver of Docker, by TCP', { kind: 'tcp', ip: '127.0.0.11', port: 53, send: HELLO }),
    nothing('its bundle by UDP', { kind: 'udp', ip: bundleIp, port: 8888, send: HELLO }),
    nothing('its bundle by ping', { kind: 'ping', ip: bundleIp }),
    nothing(`port 22 of its bundle, bound to ${device}`, { kind: 'tcp', ip: bundleIp, port: 22, send: HELLO, device }),
  ]
}

const HELLO = 'hello\n'
const nothing = (what: string, attempt: Attempt): Target => ({ what, attempt, expect: 'nothing' })
