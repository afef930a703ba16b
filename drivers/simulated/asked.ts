import { judgeContent } from '../../egress/asks/content.ts'
import { keyOf } from '../../egress/asks/key.ts'
import type { World } from './world.ts'

/** Who waits for the next news of a world's agents. Pure. */
export const waitingIn = (world: World): Set<() => void> => {
  const all = waiting.get(world) ?? new Set()
  waiting.set(world, all)
  return all
}

const waiting = new WeakMap<World, Set<() => void>>()

/** An agent asks: who hears its bundle is woken. */
export const askInside = (world: World, { name, content }: { readonly name: string; readonly content: object }): void =>
  tell(world, name, content)

/** An agent pushes: its gate hands it on, if its bundle was told that a person has approved it and it wasn't used up. */
export const pushInside = (
  world: World,
  { name, content }: { readonly name: string; readonly content: object },
): void => {
  const container = world.containers[name]
  const key = keyIn(content)
  const told = container?.answers?.[key]
  if (container?.state !== 'running' || told?.state !== 'approved' || told.used === true || told.usedHere === true)
    return
  world.pushed = [...(world.pushed ?? []), key]
  container.answers = { ...container.answers, [key]: { ...told, usedHere: true } }
  tell(world, name)
}

/** Its bundle has news, perhaps of another ask. */
const tell = (world: World, name: string, ...more: readonly object[]): void => {
  const { seq = 0, asks = [] } = world.asked?.[name] ?? {}
  world.asked = { ...world.asked, [name]: { seq: seq + 1, asks: [...asks, ...more] } }
  for (const wake of waitingIn(world)) wake()
}

export const keyIn = (content: object): string => {
  const judged = judgeContent(content)
  return 'content' in judged ? keyOf(judged.content) : ''
}
