import { createTurns } from '../../drivers/calls/turns.ts'
import type { Drivers, Network } from '../../drivers/ports.ts'
import { parseBlock } from '../../reconcilers/derive/cidr.ts'
import { OWNER, UID } from '../../reconcilers/derive/names.ts'
import type { SubnetSettings } from '../../reconcilers/contract/reconciler.ts'
import { chooseSubnet, indexClaims } from '../../reconcilers/derive/subnet.ts'
import type { Choice, Claim, Taken } from '../../reconcilers/derive/subnet.ts'
import type { Clock } from '../time/clock.ts'

/**
 * Reserves a subnet per bottle, in one critical section.
 *
 * Flow: claims = other bottles' reservations, Docker's networks, host routes, exclusions and recent refusals by Docker; the
 *   choice is written to the record before anyone acts on it.
 * Guarantees: two bottles never get the same /24; a reservation stays unless Docker refuses it before the network existed;
 *   a batch is served in order of identity, so the same files give the same subnets.
 * Assumptions: the lists are complete. Caveats: refusals are forgotten after a minute and at a restart.
 */
export interface Wish {
  readonly identity: string
  readonly pin: string | undefined
}

export interface Allocator {
  /** In order of identity. */
  allocate(wishes: readonly Wish[], signal?: AbortSignal): Promise<ReadonlyMap<string, Choice>>
  /** Docker refused the subnet: it is given back, unless the network existed. The next `allocate` takes another candidate. */
  refuse(wish: Wish, subnet: string): Promise<void>
}

const REFUSAL_MS = 60_000

export const createAllocator = (options: {
  readonly drivers: Pick<Drivers, 'records' | 'host'>
  readonly networks: () => readonly Network[]
  readonly owner: string
  readonly settings: SubnetSettings
  readonly clock: Clock
}): Allocator => {
  const { drivers, networks, owner, settings, clock } = options
  const refusals = new Map<string, number>()
  const turns = createTurns()
  const serial = <T>(work: () => Promise<T>): Promise<T> => turns.take('', work)

  const claims = async (signal?: AbortSignal): Promise<readonly Claim[]> => {
    const [records, routes] = await Promise.all([drivers.records.list(), drivers.host.routes(signal)])
    const known = networks()
    for (const [subnet, until] of refusals) if (until < clock.monotonicMs()) refusals.delete(subnet)
    return [
      ...records.flatMap(({ name, subnet }) => (subnet === undefined ? [] : [{ cidr: subnet, by: `bottle/${name}` }])),
      ...known.flatMap(({ name, subnets }) => subnets.map((cidr) => ({ cidr, by: `network ${name}` }))),
      // Those of Docker's own bridges are named by their network, which comes first.
      ...routes.map(({ cidr, device }) => ({ cidr, by: `the route ${cidr} over ${device}` })),
      ...settings.excluded.map((cidr) => ({ cidr, by: '--exclude-subnet' })),
      ...[...refusals.keys()].map((cidr) => ({ cidr, by: 'a network that Docker sees' })),
    ]
  }

  const reserve = async (wishes: readonly Wish[], signal?: AbortSignal): Promise<ReadonlyMap<string, Choice>> => {
    const choices = new Map<string, Choice>()
    let taken: Taken | undefined
    for (const wish of wishes.toSorted((a, b) => (a.identity < b.identity ? -1 : 1))) {
      const record = drivers.records.read(wish.identity)
      if (record === undefined) continue
      if (record.subnet !== undefined) {
        choices.set(wish.identity, { subnet: record.subnet })
        continue
      }
      // Its network may exist already: the record was lost, or its owner id adopted.
      const existing = networks().find(({ labels }) => labels[OWNER] === owner && labels[UID] === record.uid)
        ?.subnets[0]
      taken ??= indexClaims(await claims(signal))
      const choice =
        existing === undefined ? chooseSubnet({ ...wish, pools: settings.pools, taken }) : { subnet: existing }
      if ('subnet' in choice) {
        await drivers.records.update(wish.identity, { subnet: choice.subnet })
        taken.add({ cidr: choice.subnet, by: `bottle/${record.name}` })
      }
      choices.set(wish.identity, choice)
    }
    return choices
  }

  return {
    allocate: (wishes, signal) => serial(() => reserve(wishes, signal)),
    refuse: (wish, subnet) =>
      serial(async () => {
        const record = drivers.records.read(wish.identity)
        if (record === undefined || record.networkExisted === true || record.subnet !== subnet) return
        if (parseBlock(subnet) === undefined) return
        refusals.set(subnet, clock.monotonicMs() + REFUSAL_MS)
        await drivers.records.update(wish.identity, { subnet: undefined })
      }),
  }
}
