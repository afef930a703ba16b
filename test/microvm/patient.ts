import type { Machines } from '../../drivers/drivers.ts'
import { isDriverError } from '../../drivers/errors.ts'
import type { MachinesWorld } from '../drivers/machines-bench.ts'

/**
 * A world of machines with patience for emulated guests, of which one in fifty doesn't come up at the first try, and fewer
 * end by themselves later.
 *
 * Guarantees: a start that fails though nobody asked for it is told of and tried once more, one after the other; whoever
 *   ran and was neither stopped, removed nor harmed by the test is known as lost when it no longer runs.
 */
export const patient = (world: MachinesWorld): MachinesWorld => {
  const { machines, harm } = world
  const up = new Set<string>()
  let turn: Promise<unknown> = Promise.resolve()
  let asked = 0

  const startTwice = async (name: string, signal?: AbortSignal): Promise<void> => {
    try {
      await machines.start(name, signal)
    } catch (error) {
      if (!isDriverError(error, 'StartFailed') || asked-- > 0) throw error
      console.log(`once more: ${error.message}`)
      const again = turn.then(() => machines.start(name, signal))
      turn = again.catch(() => undefined)
      await again
    }
  }
  const start: Machines['start'] = async (name, signal) => {
    await startTwice(name, signal)
    up.add(name)
  }
  const stop: Machines['stop'] = (name, signal) => {
    up.delete(name)
    return machines.stop(name, signal)
  }
  const remove: Machines['remove'] = (name, signal) => {
    up.delete(name)
    return machines.remove(name, signal)
  }
  const lost = async (): Promise<readonly string[]> => {
    const running = new Set((await machines.list()).flatMap(({ name, state }) => (state === 'running' ? [name] : [])))
    return [...up].filter((name) => !running.has(name))
  }

  const patiently = { ...world, machines: { ...machines, start, stop, remove }, lost }
  if (harm === undefined) return patiently
  return {
    ...patiently,
    harm: {
      ...harm,
      failStarts: (times) => harm.failStarts((asked = times)),
      kill: (name) => {
        up.delete(name)
        return harm.kill(name)
      },
      hang: (name) => {
        up.delete(name)
        return harm.hang(name)
      },
    },
  }
}
