import type { Drivers } from '../drivers/ports.ts'

/** Drivers that count their calls, by `port.verb`. */
export const counted = (drivers: Drivers, counts: Map<string, number>): Drivers =>
  Object.fromEntries(
    Object.entries(drivers).map(([port, verbs]) => [
      port,
      Object.fromEntries(
        Object.entries(verbs as object).map(([verb, call]) => [
          verb,
          typeof call !== 'function'
            ? call
            : (...args: unknown[]): unknown => {
                const key = `${port}.${verb}`
                counts.set(key, (counts.get(key) ?? 0) + 1)
                return (call as (...given: unknown[]) => unknown)(...args)
              },
        ]),
      ),
    ]),
  ) as unknown as Drivers

export const DOCKER_PORTS = ['engine', 'networks', 'containers', 'images'] as const

/** Calls that would go to the daemon. */
export const dockerCalls = (counts: ReadonlyMap<string, number>): number =>
  [...counts].reduce(
    (sum, [key, count]) => (DOCKER_PORTS.some((port) => key.startsWith(`${port}.`)) ? sum + count : sum),
    0,
  )
