import { isRecord, valueAt } from '../../drivers/json.ts'
import type { Usage } from '../print/usage-table.ts'

/** Docker's own statistics of a container: an answer with two samples, a second apart. Nothing in it is believed unseen. Pure. */
export const usageOfStats = (stats: unknown, inspected: unknown): Usage => {
  const at = (...path: readonly string[]): number | undefined => numberAt(stats, path)
  const spanMs = timeAt(stats, 'read') - timeAt(stats, 'preread')
  const [now, before] = [at('cpu_stats', 'cpu_usage', 'total_usage'), at('precpu_stats', 'cpu_usage', 'total_usage')]
  const used = at('memory_stats', 'usage')
  // As `docker stats` has it: pages that can be dropped don't count. The first is of cgroup v1, the second of v2.
  const idle = at('memory_stats', 'stats', 'total_inactive_file') ?? at('memory_stats', 'stats', 'inactive_file') ?? 0
  const sum = (key: string): number | undefined => {
    const networks = valueAt(stats, ['networks'])
    return isRecord(networks)
      ? Object.values(networks).reduce<number>((all, each) => all + (numberAt(each, [key]) ?? 0), 0)
      : undefined
  }
  return {
    cores:
      now === undefined || before === undefined || !(spanMs > 0) || now < before
        ? undefined
        : (now - before) / 1e6 / spanMs,
    memoryBytes: used === undefined ? undefined : Math.max(0, used - idle),
    diskBytes: numberAt(inspected, ['SizeRw']),
    receivedBytes: sum('rx_bytes'),
    sentBytes: sum('tx_bytes'),
  }
}

const numberAt = (value: unknown, path: readonly string[]): number | undefined => {
  const found = valueAt(value, path)
  return typeof found === 'number' && Number.isFinite(found) && found >= 0 ? found : undefined
}

const timeAt = (value: unknown, key: string): number => {
  const found = valueAt(value, [key])
  return typeof found === 'string' ? Date.parse(found) : NaN
}
