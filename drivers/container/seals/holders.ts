import { existsSync } from 'node:fs'
import type { Connection } from '../../docker/connection.ts'
import { createDockerContainers } from '../../docker/containers.ts'
import { DriverError, isDriverError } from '../../errors.ts'
import type { Container } from '../../ports.ts'
import type { SealRequest } from '../seals.ts'
import { HOLDER_ROLE, holderBody, holderName, machineOf, OWNER, ROLE } from './holder.ts'
import { planHolder } from './plan.ts'
import type { HolderStep } from './plan.ts'

/** The holders of seals on a Docker Engine: looks and plans until one runs as asked (`plan.ts`). */
export interface Holders {
  /** One that runs as asked. Throws `NameTaken`, `Busy`, `Failed`, and what a start throws. */
  standing(seal: SealRequest, signal?: AbortSignal): Promise<Container>
  /** In any state; undefined where the container of that name is none. */
  of(machine: string, signal?: AbortSignal): Promise<Container | undefined>
  list(owner: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>>
  stop(machine: string, signal?: AbortSignal): Promise<void>
  remove(machine: string, signal?: AbortSignal): Promise<void>
}

const ROUNDS = 6
const ROLLOUT = 'bottlectl rollout NAME makes both anew, and with them its disk'

export const createHolders = (connection: Connection): Holders => {
  const containers = createDockerContainers(connection, () => Promise.resolve(''))

  const holderOf = async (machine: string, signal?: AbortSignal): Promise<Container | undefined> => {
    const found = await containers.find(holderName(machine), signal)
    return found?.labels[ROLE] === HOLDER_ROLE ? found : undefined
  }

  /** Names of those whose network is the holder's. */
  const joinedTo = async (id: string, signal?: AbortSignal): Promise<readonly string[]> => {
    const operation = 'look who uses the network of a seal'
    const all = await connection.json<readonly Joining[]>(
      { operation, doing: 'read', method: 'GET', path: '/containers/json', query: { all: true } },
      signal,
    )
    return all.flatMap(({ Names, HostConfig }) =>
      HostConfig?.NetworkMode === `container:${id}` ? [(Names?.[0] ?? '').replace(/^\//, '')] : [],
    )
  }

  const make = (seal: SealRequest, signal?: AbortSignal): Promise<unknown> =>
    connection.request(
      {
        operation: operationOf(seal),
        doing: 'create',
        method: 'POST',
        path: '/containers/create',
        query: { name: holderName(seal.machine) },
        body: holderBody(seal, existsSync('/proc/sys/net/ipv6')),
      },
      signal,
    )

  const rejoin = async (
    seal: SealRequest,
    { id, from, running }: Extract<HolderStep, { readonly do: 'rejoin' }>,
    signal?: AbortSignal,
  ): Promise<void> => {
    const call = { operation: operationOf(seal), doing: 'create', method: 'POST' } as const
    if (running) await containers.stop(id, signal)
    for (const network of from)
      await connection
        .request({ ...call, path: `/networks/${network}/disconnect`, body: { Container: id, Force: true } }, signal)
        .catch((error: unknown) => {
          // A network that is gone took the connection with it; the next look shows what is left.
          if (!isDriverError(error, 'NotFound', 'Failed', 'InvalidRequest')) throw error
        })
    const body = { Container: id, EndpointConfig: { IPAMConfig: { IPv4Address: seal.ip } } }
    await connection.request({ ...call, path: `/networks/${seal.networkId}/connect`, body }, signal)
    // 20.10 doesn't tell which network it is until it has started.
    await containers.start(id, signal)
  }

  const run = async (seal: SealRequest, step: HolderStep, signal?: AbortSignal): Promise<void> => {
    switch (step.do) {
      case 'make':
        return void (await make(seal, signal))
      case 'start':
        return await containers.start(step.id, signal)
      case 'stop':
        return await containers.stop(step.id, signal)
      case 'remove':
        return await containers.remove(step.id, signal)
      case 'rejoin':
        return await rejoin(seal, step, signal)
      case 'refuse':
        throw refusal(seal, step)
      case 'none':
    }
  }

  return {
    standing: async (seal, signal) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const found = await containers.find(holderName(seal.machine), signal)
        const step = planHolder(seal, found, found === undefined ? [] : await joinedTo(found.id, signal))
        if (step.do === 'none' && found !== undefined) return found
        await run(seal, step, signal)
      }
      const detail = `container ${holderName(seal.machine)} ends at once: docker logs ${holderName(seal.machine)}`
      throw new DriverError({ code: 'Failed', operation: operationOf(seal), detail })
    },
    of: holderOf,
    list: async (owner, signal) => {
      const found = await containers.carrying({ [OWNER]: owner, [ROLE]: HOLDER_ROLE }, signal)
      return new Map(
        found.flatMap(({ id, name }) => {
          const machine = machineOf(name)
          return machine === undefined ? [] : [[machine, id] as const]
        }),
      )
    },
    stop: async (machine, signal) => {
      const holder = await holderOf(machine, signal)
      if (holder !== undefined) await containers.stop(holder.id, signal)
    },
    remove: async (machine, signal) => {
      const holder = await holderOf(machine, signal)
      if (holder !== undefined) await containers.remove(holder.id, signal)
    },
  }
}

export const operationOf = ({ machine }: Pick<SealRequest, 'machine'>): string => `hold the seal of ${machine}`

const refusal = (seal: SealRequest, { reason, detail }: Extract<HolderStep, { readonly do: 'refuse' }>): DriverError =>
  new DriverError({
    code: reason === 'Other' ? 'Failed' : reason,
    operation: operationOf(seal),
    detail,
    ...(reason === 'Other' ? { hint: ROLLOUT } : {}),
  })

interface Joining {
  readonly Names?: readonly string[] | null
  readonly HostConfig?: { readonly NetworkMode?: string } | null
}
