import type { Container, Containers, ContainerFacts, Drivers } from '../../drivers/ports.ts'
import { isSame } from './table.ts'

/**
 * What a list of containers doesn't show of each: kept from the last inspect, so that a look at the cache sees it too.
 *
 * Guarantees: an inspect for each container that is new, and for each of which Docker says that it was updated; none
 *   otherwise, however many bottles. After the event stream broke, all are inspected once more.
 */
export interface KnownFacts {
  /** The live drivers, taking note of what an inspect shows. */
  readonly live: Drivers
  /** A listed container with what is known of it. */
  complete(listed: Container, signal?: AbortSignal): Promise<Container>
  /** What is known of a listed container: the same object as long as nothing else was seen. */
  of(listed: Pick<Container, 'id' | 'name'>): ContainerFacts | undefined
  forget(id: string): void
  forgetAll(): void
}

export const createKnownFacts = (drivers: Drivers): KnownFacts => {
  /** By name: of containers that come and go under one, the last. */
  const known = new Map<string, Known>()
  /** Counts what was forgotten: an inspect that began before says nothing. */
  let forgotten = 0

  const find: Containers['find'] = async (name, signal) => {
    const before = forgotten
    const found = await drivers.containers.find(name, signal)
    if (found?.facts !== undefined && before === forgotten) {
      const last = known.get(name)
      // An inspect that shows the same changes nothing for who remembers the facts.
      if (last?.id !== found.id || last.startedAt !== found.startedAt || !isSame(last.facts, found.facts))
        known.set(name, { id: found.id, startedAt: found.startedAt, facts: found.facts })
    }
    return found
  }

  const lastOf = ({ id, name }: Pick<Container, 'id' | 'name'>): Known | undefined => {
    const last = known.get(name)
    return last?.id === id ? last : undefined
  }

  return {
    live: { ...drivers, containers: { ...drivers.containers, find } },
    of: (listed) => lastOf(listed)?.facts,
    complete: async (listed, signal) => {
      const last = lastOf(listed)
      if (last !== undefined) return completed(listed, last)
      const found = await find(listed.name, signal)
      return found?.id === listed.id && found.facts !== undefined
        ? completed(listed, { ...found, facts: found.facts })
        : listed
    },
    forget: (id) => {
      forgotten += 1
      for (const [name, last] of known) if (last.id === id) known.delete(name)
    },
    forgetAll: () => {
      forgotten += 1
      known.clear()
    },
  }
}

interface Known extends Pick<Container, 'id' | 'startedAt'> {
  readonly facts: ContainerFacts
}

/** Of one that doesn't run, no start is passed on: it may have been another run's. */
const completed = (listed: Container, { facts, startedAt }: Known): Container => ({
  ...listed,
  facts,
  ...(listed.state === 'running' && startedAt !== undefined ? { startedAt } : {}),
})
