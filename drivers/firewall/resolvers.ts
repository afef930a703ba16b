import { readFile } from 'node:fs/promises'
import { isIPv4 } from 'node:net'
import { parseJson, valueAt } from '../json.ts'

/**
 * Where Docker forwards the names that a container asks for: it does so from the container's own network.
 *
 * Guarantees: IPv4 addresses only, none of them loopback: those Docker asks from the host.
 * Caveats: a resolver that dockerd was given on its command line isn't seen; `--bundle-reach` names it.
 */
export const dockerResolvers = async (
  read: (path: string) => Promise<string> = (path) => readFile(path, 'utf8').catch(() => ''),
): Promise<readonly string[]> => {
  const daemon = valueAt(parseJson(await read('/etc/docker/daemon.json')), ['dns'])
  const given = Array.isArray(daemon) ? daemon.filter((ip) => typeof ip === 'string') : []
  const host = nameservers(await read('/etc/resolv.conf'))
  // As Docker does: systemd's stub isn't reached from a container, but what is behind it.
  const isStub = host.length === 1 && host[0] === '127.0.0.53'
  const own = isStub ? nameservers(await read('/run/systemd/resolve/resolv.conf')) : host
  return [...new Set([...given, ...own])].filter((ip) => isIPv4(ip) && !ip.startsWith('127.')).toSorted()
}

const nameservers = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? [])
