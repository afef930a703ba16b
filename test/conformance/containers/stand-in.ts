import type { Connection } from '../../../drivers/docker/connection.ts'
import { createDockerContainers } from '../../../drivers/docker/containers.ts'
import type { Container } from '../../../drivers/ports.ts'
import { DriverError } from '../../../drivers/errors.ts'
import type { ContainerSeals, HeldSeal, SealRequest } from '../../../drivers/container/seals.ts'

/** The port ContainerSeals with rules in memory: the holder is a real container, whose network closes by having no device. */
export interface StandInSeals extends ContainerSeals {
  /** As if somebody had loaded other rules. */
  open(machine: string, allowedCidrs: readonly string[]): void
  /** Of the next `hold`. */
  refuse(why: string | undefined): void
  readonly held: ReadonlyMap<string, SealRequest>
}

/** With a `holder` all share that one, which nobody stops or removes. */
export const createStandInSeals = (
  connection: Connection,
  { image, holder }: { readonly image: string; readonly holder?: string },
): StandInSeals => {
  const containers = createDockerContainers(connection, () => Promise.resolve(''))
  const held = new Map<string, SealRequest>()
  const opened = new Map<string, readonly string[]>()
  /** Of the run that the rules were loaded in. */
  const runs = new Map<string, string | undefined>()
  let refusal: string | undefined

  const find = async (machine: string): Promise<Container | undefined> => {
    if (holder === undefined) return containers.find(`${machine}-seal`)
    return held.has(machine) ? { ...SHARED, id: holder } : undefined
  }
  const heldBy = (machine: string, holder: string): HeldSeal => {
    const seal = held.get(machine)
    const cidrs = opened.get(machine) ?? (seal === undefined ? [] : [`${seal.bundleIp}/32`])
    return { holder, allowedCidrs: cidrs, ports: seal?.ports ?? [] }
  }

  return {
    held,
    open: (machine, cidrs) => void opened.set(machine, cidrs),
    refuse: (why) => (refusal = why),
    place: async (seal) => {
      if (refusal !== undefined)
        throw new DriverError({ code: 'Failed', operation: `seal ${seal.machine}`, detail: refusal })
      if (holder !== undefined) held.set(seal.machine, seal)
      return (await find(seal.machine))?.id ?? (await make(connection, seal, image))
    },
    hold: async (seal) => {
      if (refusal !== undefined)
        throw new DriverError({ code: 'Failed', operation: `seal ${seal.machine}`, detail: refusal })
      const { machine } = seal
      if (holder !== undefined) held.set(machine, seal)
      const found = await find(machine)
      const id = found?.id ?? (await make(connection, seal, image))
      if (found?.state !== 'running') await containers.start(id)
      held.set(machine, seal)
      opened.delete(machine)
      runs.set(machine, (await find(machine))?.startedAt)
      return heldBy(machine, id)
    },
    read: async (machine) => {
      const found = await find(machine)
      if (found?.state !== 'running') return undefined
      // A namespace that is new has no rules.
      if (found.startedAt !== runs.get(machine)) return { holder: found.id, allowedCidrs: ['0.0.0.0/0'], ports: [] }
      return heldBy(machine, found.id)
    },
    list: async (owner) => {
      const all = await containers.carrying({ 'dev.bottled.owner': owner, 'dev.bottled.role': 'seal' })
      return new Map(all.map(({ id, name }) => [name.replace(/-seal$/, ''), id]))
    },
    stop: async (machine) => {
      const found = await find(machine)
      if (found !== undefined && holder === undefined) await containers.stop(found.id)
    },
    remove: async (machine) => {
      const found = await find(machine)
      if (found !== undefined && holder === undefined) await containers.remove(found.id)
      held.delete(machine)
    },
  }
}

const SHARED: Omit<Container, 'id'> = {
  name: 'shared',
  image: '',
  labels: {},
  state: 'running',
  health: undefined,
  attachments: [],
}

const make = async (connection: Connection, { machine, labels }: SealRequest, image: string): Promise<string> => {
  const { Id } = await connection.json<{ readonly Id: string }>({
    operation: `seal ${machine}`,
    doing: 'create',
    method: 'POST',
    path: '/containers/create',
    query: { name: `${machine}-seal` },
    body: {
      Image: image,
      Cmd: ['/bin/busybox', 'sleep', '1000000'],
      Labels: { ...labels, 'dev.bottled.role': 'seal' },
      HostConfig: { NetworkMode: 'none', Init: true },
    },
  })
  return Id
}
