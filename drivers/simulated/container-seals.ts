import { createHeldSeals } from '../container/seals/held-seals.ts'
import { HOLDER, holderLabels, holderName } from '../container/seals/holder.ts'
import type { Holders } from '../container/seals/holders.ts'
import type { ContainerSeals } from '../container/seals.ts'
import type { Container } from '../ports.ts'
import { createSimulatedContainers } from './containers.ts'
import { type Call, type Context, refuse } from './context.ts'
import type { Indexes } from './index-by.ts'
import { holdsAddress, type SimulatedContainer } from './world.ts'

/**
 * Seals whose holders are containers of the simulated Docker.
 *
 * Guarantees: as there, each run of a holder begins with rules that let nothing out, and ends with its rules; one whose image has no
 *   nft ends at once. Caveats: no packets, so that a try always shows that the rules refuse.
 */
export const createSimulatedContainerSeals = (context: Context, indexes: Indexes): ContainerSeals => {
  const { world } = context
  const containers = createSimulatedContainers(context, indexes)
  const byId = (id: string): SimulatedContainer | undefined => indexes.containersById.get(id)[0]
  const call = (verb: string, name: string, operation: string): Call => ({
    port: 'containerSeals',
    verb,
    target: name,
    operation,
  })

  /** Where it runs: with which process. */
  const running = ({ id, name }: Container, operation: string): SimulatedContainer & { readonly pid: number } => {
    const found = byId(id)
    if (found === undefined) throw refuse('NotFound', operation, `No such container: ${id}`)
    const { pid } = found
    if (pid === undefined || !holdsAddress(found)) throw refuse('Busy', operation, `Container ${name} is not running`)
    return Object.assign(found, { pid })
  }
  const judged = (found: SimulatedContainer) => {
    const { rules } = found
    const mine = rules !== undefined && rules.pid === found.pid ? rules : { allowedCidrs: [], ports: [] }
    return { allowedCidrs: mine.allowedCidrs, ports: mine.ports, refused: 0, why: undefined }
  }

  const holders: Holders = {
    find: containers.find,
    carrying: async (labels, signal) =>
      (await containers.list(signal)).filter((each) =>
        Object.entries(labels).every(([key, value]) => each.labels[key] === value),
      ),
    stop: containers.stop,
    remove: containers.remove,
    joinedTo: (id, signal) =>
      context.read(call('joinedTo', id, 'look who uses the network of a seal'), signal, () =>
        Object.values(world.containers).flatMap(({ name, networkId }) =>
          networkId === `container:${id}` ? [name] : [],
        ),
      ),
    make: async (seal, signal) => {
      const { id } = await containers.create(
        {
          name: holderName(seal.machine),
          image: seal.image,
          labels: holderLabels(seal.labels),
          networkId: seal.networkId,
          ip: seal.ip,
          env: {},
          command: HOLDER.command,
          user: HOLDER.user,
          mounts: [],
          tmpfs: [],
          readOnlyRoot: true,
          memoryMiB: 128,
          cpus: undefined,
          pids: 64,
        },
        signal,
      )
      const made = byId(id)
      if (made?.facts !== undefined) made.facts = { ...made.facts, extras: HOLDER.extras }
    },
    move: (seal, id, _, signal) => {
      const operation = `move container ${id.slice(0, 12)} to its network`
      return context.change(call('move', id, operation), signal, () => {
        const found = byId(id)
        if (found === undefined) throw refuse('NotFound', operation, `No such container: ${id}`)
        found.networkId = seal.networkId
        found.ip = seal.ip
        delete found.more
        world.containers = { ...world.containers }
      })
    },
    start: async (id, signal) => {
      await containers.start(id, signal)
      const found = byId(id)
      if (found === undefined || world.withoutNft?.includes(found.image) !== true) return
      await containers.stop(id, signal)
      found.exitCode = 126
    },
    load: (holder, seal, signal) => {
      const operation = `hold the seal of ${seal.machine}`
      return context.change(call('load', holder.name, operation), signal, () => {
        const found = running(holder, operation)
        const ports = seal.ports.toSorted((one, other) => one - other)
        found.rules = { pid: found.pid, allowedCidrs: ports.length === 0 ? [] : [`${seal.bundleIp}/32`], ports }
        return { kind: 'held', judged: judged(found) }
      })
    },
    judge: (holder, signal) => {
      const operation = `read the rules of ${holder.name}`
      return context.read(call('judge', holder.name, operation), signal, () => judged(running(holder, operation)))
    },
  }
  return createHeldSeals(holders)
}
