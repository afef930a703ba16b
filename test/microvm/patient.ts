import type { Machines } from '../../drivers/ports.ts'
import { isDriverError } from '../../drivers/errors.ts'
import type { MachinesWorld } from '../conformance/machines/bench.ts'

/**
 * On a slow day tries don't fail apart from each other: smolvm gives a guest 35 s, 30 of them without progress, and two that
 * boot at once on a busy machine both ran out of them.
 */
const TRIES = 5

/**
 * A world of machines with patience for emulated guests, of which one in fifty doesn't come up at the first try, and fewer
 * end by themselves later.
 *
 * Guarantees: a start that fails though nobody asked for it is told of and tried again, four times at most, one after the
 *   other; whoever ran and was neither stopped, removed nor harmed by the test is known as lost when it no longer runs.
 */
export const patient = (world: MachinesWorld): MachinesWorld => {
  const { machines, harm } = world
  const up = new Set<string>()
  let turn: Promise<unknown> = Promise.resolve()
  let asked = 0

  const start: Machines['start'] = async (name, signal) => {
    let attempt = machines.start(name, signal)
    for (let left = TRIES - 1; ; left--)
      try {
        await attempt
        up.add(name)
        return
      } catch (error) {
        if (!isDriverError(error, 'StartFailed') || asked-- > 0 || left === 0) throw error
        console.log(`\nRETRIED  the start of ${name}: ${error.message}`)
        attempt = turn.then(() => machines.start(name, signal))
        turn = attempt.catch(() => undefined)
      }
  }
  /** What ends a machine on purpose. */
  const ending =
    <Rest extends readonly unknown[], Result>(verb: (name: string, ...rest: Rest) => Result) =>
    (name: string, ...rest: Rest): Result => {
      up.delete(name)
      return verb(name, ...rest)
    }
  const lost = async (): Promise<readonly string[]> => {
    const running = new Set((await machines.list()).flatMap(({ name, state }) => (state === 'running' ? [name] : [])))
    return [...up].filter((name) => !running.has(name))
  }

  const patiently = {
    ...world,
    machines: { ...machines, start, stop: ending(machines.stop), remove: ending(machines.remove) },
    lost,
  }
  if (harm === undefined) return patiently
  return {
    ...patiently,
    harm: {
      ...harm,
      failStarts: (times) => harm.failStarts((asked = times)),
      kill: ending(harm.kill),
      hang: ending(harm.hang),
    },
  }
}
