/**
 * The rules in an agent's network namespace, as nft reads them. Pure.
 *
 * Guarantees: what isn't accepted is dropped in both families, whatever route, device or socket option it came by; `reject` only makes
 *   that quick (by ICMP a kernel answers TCP some times a second, by a reset always). The resolver of the Engine in that namespace is refused before the loopback device is accepted, on every port of it:
 *   its real ones are others than 53. Refusals are counted, so that a try shows that it was these rules that refused.
 */
export const TABLE = 'seal'

/** Where the Engine answers for names, in each container's own namespace. */
export const RESOLVER = '127.0.0.11'

/** Loaded by the holder's own first process: nothing gets out. Fails where the table exists, so that it never undoes the other one. */
export const closedRules = (): string => linesOf([], []).join('\n')

/** Replaces whatever the table has, as a whole or not at all: nothing gets out but TCP to these ports of the bundle. */
export const openRules = (bundleIp: string, ports: readonly number[]): string => {
  const list = ports.toSorted((a, b) => a - b).join(', ')
  const lines =
    ports.length === 0
      ? linesOf([], [])
      : linesOf(
          [`ip daddr ${bundleIp} tcp dport { ${list} } accept`],
          [`ip saddr ${bundleIp} tcp sport { ${list} } ct state established accept`],
        )
  return [`add table inet ${TABLE}`, `delete table inet ${TABLE}`, ...lines].join('\n')
}

const linesOf = (out: readonly string[], back: readonly string[]): readonly string[] => [
  `create table inet ${TABLE}`,
  `add chain inet ${TABLE} out { type filter hook output priority 0; policy drop; }`,
  `add chain inet ${TABLE} in { type filter hook input priority 0; policy drop; }`,
  `add chain inet ${TABLE} through { type filter hook forward priority 0; policy drop; }`,
  ...[...refusal(`ip daddr ${RESOLVER} `), 'oif lo accept', ...out, ...refusal()].map(
    (rule) => `add rule inet ${TABLE} out ${rule}`,
  ),
  ...['iif lo accept', ...back].map((rule) => `add rule inet ${TABLE} in ${rule}`),
  '',
]

const refusal = (of = ''): readonly string[] => [
  `${of}meta l4proto tcp counter reject with tcp reset`,
  `${of}counter reject`,
]
