import { byProxy, proxyTargets } from './proxy-targets.ts'
import type { Attempt, Facts, Target } from './target.ts'

/**
 * The table of what a sealed guest is to try: its bundle answers, and nothing else does. Pure.
 *
 * Caveats: smolvm's own gateway answers a ping by itself, whatever the seal.
 */
export const sealTargets = (facts: Facts): readonly Target[] => {
  const { bundleIp, gateway, port, hostAddresses, containers, outside } = facts
  const others = containers.filter(({ ip }) => ip !== bundleIp)
  const hosts = [...new Set([gateway, ...hostAddresses])]
  return [
    { what: 'the proxy of its bundle', attempt: tcp(bundleIp, 8888, HEALTH), expect: 'answer' },
    ...OTHER_PORTS.map((each) => nothing(`port ${each} of its bundle`, tcp(bundleIp, each, HEALTH))),
    ...proxyTargets(facts),
    nothing('the address of a metadata service through its proxy', tcp(bundleIp, 8888, byProxy(METADATA)), 'proxy'),
    ...outside.map((ip) => nothing(`${ip} through its proxy`, tcp(bundleIp, 8888, byProxy(ip)), 'proxy')),
    ...hosts.flatMap((ip) => [
      nothing(`this host at ${ip}, by TCP`, tcp(ip, port, 'hello\n')),
      nothing(`this host at ${ip}, by UDP`, udp(ip, port)),
    ]),
    nothing('this host by the gateway of smolvm', tcp(SMOLVM_GATEWAY, port, 'hello\n')),
    nothing('this host by the gateway of smolvm, by UDP', udp(SMOLVM_GATEWAY, port)),
    nothing('this host by ping', { kind: 'ping', ip: gateway }),
    ...others.map(({ name, ip, port: exposed }) => nothing(`container ${name}`, tcp(ip, exposed, HEALTH))),
    nothing('a metadata service', tcp(METADATA, 80, HEALTH)),
    ...outside.flatMap((ip) => [
      nothing(`${ip}, by TCP`, tcp(ip, 80, HEALTH)),
      nothing(`${ip}, by UDP`, udp(ip, 123)),
      nothing(`${ip}, by ping`, { kind: 'ping', ip }),
      nothing(`a name by the resolver ${ip}`, { kind: 'name', name: NAME, server: ip }),
    ]),
    nothing('a name by its own resolver', { kind: 'name', name: NAME }),
  ]
}

/** Other than what a bundle declares. */
const OTHER_PORTS = [22, 53, 80, 443, 2375, 2376, 3128, 8080, 9090]
const METADATA = '169.254.169.254'
/** By which a guest without an allow list reaches the loopback of its host (recorded of 1.32). */
const SMOLVM_GATEWAY = '100.96.0.1'
const NAME = 'example.com'
const HEALTH = 'GET /health HTTP/1.0\r\n\r\n'

const tcp = (ip: string, port: number, send: string): Attempt => ({ kind: 'tcp', ip, port, send })
const udp = (ip: string, port: number): Attempt => ({ kind: 'udp', ip, port, send: 'hello\n' })
const nothing = (what: string, attempt: Attempt, through?: Target['through']): Target => ({
  what,
  attempt,
  expect: 'nothing',
  ...(through === undefined ? {} : { through }),
})
