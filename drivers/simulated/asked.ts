import type { World } from './world.ts'

/** Who waits for the next ask of a world's agents. Pure. */
export const waitingIn = (world: World): Set<() => void> => {
  const all = waiting.get(world) ?? new Set()
  waiting.set(world, all)
  return all
}

const waiting = new WeakMap<World, Set<() => void>>()

/** An agent asks: who hears its bundle is woken. */
export const askInside = (
  world: World,
  { name, content }: { readonly name: string; readonly content: object },
): void => {
  const { seq = 0, asks = [] } = world.asked?.[name] ?? {}
  world.asked = { ...world.asked, [name]: { seq: seq + 1, asks: [...asks, content] } }
  for (const wake of waitingIn(world)) wake()
}
