import type { Machine } from '../ports.ts'
import type { ListedAgent } from './agents.ts'

/**
 * What the last look at each agent showed, so that a list needs no look at what nothing happened to. Pure.
 *
 * Guarantees: a look that is a minute old counts no more, as nobody says when a seal's rules were changed; one that began before
 *   something happened to the agent or to the holder of its seal doesn't count either.
 */
export interface Looked {
  take(listed: ListedAgent, look: () => Promise<Machine | undefined>): Promise<Machine | undefined>
  forgetName(name: string): void
  /** Of an agent or of the holder of its seal. */
  forgetId(id: string): void
  keepOnly(listed: readonly ListedAgent[]): void
}

const FRESH_MS = 60_000

export const createLooked = (nowMs: () => number): Looked => {
  const known = new Map<string, { readonly key: string; readonly atMs: number; readonly machine: Machine }>()
  let forgotten = 0
  const forget = (matches: (name: string, key: string) => boolean): void => {
    forgotten += 1
    for (const [name, { key }] of known) if (matches(name, key)) known.delete(name)
  }
  return {
    take: async ({ id, name, state, networkMode }, look) => {
      const key = `${id} ${state} ${networkMode.replace('container:', '')}`
      const last = known.get(name)
      if (last?.key === key && nowMs() - last.atMs < FRESH_MS) return last.machine
      const before = forgotten
      const atMs = nowMs()
      const machine = await look()
      if (machine !== undefined && before === forgotten) known.set(name, { key, atMs, machine })
      return machine
    },
    forgetName: (name) => forget((each) => each === name),
    forgetId: (id) => forget((_, key) => key.split(' ').includes(id)),
    keepOnly: (listed) => {
      const names = new Set(listed.map(({ name }) => name))
      for (const name of known.keys()) if (!names.has(name)) known.delete(name)
    },
  }
}
