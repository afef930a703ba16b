import { availableParallelism, loadavg } from 'node:os'

/** How much slower this machine is now than one with a core for each process that wants one. */
export const patience = (): number => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism())
