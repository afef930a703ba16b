import { availableParallelism, loadavg } from 'node:os'

/** How much slower this machine is now than one with a core for each runnable process. */
export const patience = (): number => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism())

/** Begins to measure; what it returns says how many milliseconds of a processor this process has used since: whatever else runs doesn't count. */
export const processorTime = (): (() => number) => {
  const began = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1_000
  }
}
