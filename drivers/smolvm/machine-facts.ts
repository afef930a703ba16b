import { isRecord } from '../json.ts'
import type { MachineFacts } from '../ports.ts'

/**
 * What a row of `machine ls --json` says of a VM's seal. Pure.
 *
 * Guarantees: a field that nobody knows yet is among `others`, unless it is empty: a later version's flag is seen.
 * Caveats: smolvm doesn't report UDP rules, sockets, volumes on the machine's own disk, env, and where mounts lead.
 */
export const factsOf = (row: Readonly<Record<string, unknown>>): MachineFacts => {
  const others: Record<string, string> = {}
  for (const key of Object.keys(row)) {
    if (KNOWN.has(key) || isEmpty(row[key]) || isMeasure(key, row[key])) continue
    others[key] = JSON.stringify(row[key])
  }
  return {
    network: row['network'] !== false,
    allowedCidrs: wordsOf(row['allowed_cidrs']),
    allowedHosts: wordsOf(row['allowed_hosts']),
    dns: typeof row['dns'] === 'string' ? row['dns'] : undefined,
    dnsOptions: wordsOf(row['dns_options']),
    ports: countOf(row['ports']),
    mounts: countOf(row['mounts']),
    createdAt: typeof row['created_at'] === 'number' ? row['created_at'] : undefined,
    others,
  }
}

/** Identity, state, sizes and workload, and what has a place of its own above. */
const KNOWN: ReadonlySet<string> = new Set(
  `name labels state state_reason pid created_at last_exit restart_count detached branchpoint_held forkpoint_held
   cpus memory_mib storage_gb overlay_gb image entrypoint cmd
   network allowed_cidrs allowed_hosts dns dns_options ports mounts`.split(/\s+/),
)

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === 0 ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0)

/** A time, an amount or a share changes by itself, and opens nothing; a path or an address of such a name does. */
const isMeasure = (key: string, value: unknown): boolean =>
  (typeof value === 'number' || (typeof value === 'string' && AMOUNT.test(value))) &&
  /(^|_)(at|ms|ns|secs?|seconds|bytes|kib|mib|gib|kb|mb|gb|percent|pct|pid|uptime|used|usage)$/.test(key) &&
  !/^(gpu|cuda)_/.test(key)

/** A date and time, or a number with its unit. */
const AMOUNT =
  /^(\d{4}(-\d\d){0,2}([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z| UTC|[+-]\d\d:?\d\d)?|\d+(\.\d+)? ?[A-Za-z%]{0,10})$/

const wordsOf = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.map((word) => (typeof word === 'string' ? word : JSON.stringify(word)))
  return isEmpty(value) ? [] : [typeof value === 'string' ? value : JSON.stringify(value)]
}

/** Today a number; a version that lists them is counted. What can't be counted is something, so it isn't none. */
const countOf = (value: unknown): number => {
  if (typeof value === 'number') return value
  if (Array.isArray(value)) return value.length
  if (isRecord(value)) return Object.keys(value).length
  return isEmpty(value) ? 0 : 1
}
