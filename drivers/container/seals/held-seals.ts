import { DriverError, isDriverError } from '../../errors.ts'
import type { Container } from '../../ports.ts'
import type { ContainerSeals, HeldSeal, SealRequest } from '../seals.ts'
import { HOLDER_ROLE, holderName, machineOf, OWNER, ROLE } from './holder.ts'
import type { Holders } from './holders.ts'
import type { Judged } from './judge.ts'
import { planHolder } from './plan.ts'
import type { HolderStep } from './plan.ts'

/**
 * ContainerSeals by what can be done with holders. Pure but for that.
 *
 * Flow: `hold` looks and plans until the holder runs as asked (`plan.ts`); then it loads the rules, tries and lists (`tries.ts`,
 *   `judge.ts`).
 * Guarantees: nothing is remembered; what isn't shown is an error.
 * Assumptions: the caller serialises per machine, and has stopped the agent where its holder may have to be started.
 * Caveats: rules are loaded anew by each `hold`, as a whole: what is under way to the bundle goes on.
 */
export const createHeldSeals = (holders: Holders): ContainerSeals => {
  const holderOf = async (machine: string, signal?: AbortSignal): Promise<Container | undefined> => {
    const found = await holders.find(holderName(machine), signal)
    return found?.labels[ROLE] === HOLDER_ROLE ? found : undefined
  }

  const run = async (seal: SealRequest, step: HolderStep, signal?: AbortSignal): Promise<void> => {
    switch (step.do) {
      case 'make':
        return void (await holders.make(seal, signal))
      case 'start':
        return await holders.start(step.id, signal)
      case 'stop':
        return await holders.stop(step.id, signal)
      case 'remove':
        return await holders.remove(step.id, signal)
      case 'rejoin':
        if (step.running) await holders.stop(step.id, signal)
        await holders.move(seal, step.id, step.from, signal)
        // 20.10 doesn't tell which network it is until it has started.
        return await holders.start(step.id, signal)
      case 'refuse':
        throw refusal(seal, step)
      case 'none':
    }
  }

  const standing = async (
    seal: SealRequest,
    { starts }: { readonly starts: boolean },
    signal?: AbortSignal,
  ): Promise<Container> => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const found = await holders.find(holderName(seal.machine), signal)
      const step = planHolder(seal, found, found === undefined ? [] : await holders.joinedTo(found.id, signal))
      const isThere = step.do === 'none' || (step.do === 'start' && !starts)
      if (isThere && found !== undefined) return found
      await run(seal, step, signal)
    }
    throw failed(seal, 'its holder ends at once', `docker logs ${holderName(seal.machine)} says why`)
  }

  const load = async (seal: SealRequest, signal?: AbortSignal): Promise<HeldSeal> => {
    const holder = await standing(seal, { starts: true }, signal)
    const shown = await holders.load(holder, seal, signal)
    const hint = `docker exec ${holder.name} nft list ruleset shows its rules`
    if (shown.kind === 'open') throw failed(seal, shown.why, hint)
    if (!isAsAsked(seal, shown.judged)) throw failed(seal, 'its rules are not the ones that were loaded', hint)
    return heldBy(holder.id, shown.judged)
  }

  return {
    place: async (seal, signal) => {
      requireAddresses(seal)
      return (await standing(seal, { starts: false }, signal)).id
    },
    hold: async (seal, signal) => {
      requireAddresses(seal)
      try {
        return await load(seal, signal)
      } catch (error) {
        if (isDriverError(error, 'Aborted', 'Unavailable', 'Timeout')) throw error
        const holder = await holderOf(seal.machine, signal)
        if (holder?.state !== 'exited' || holder.exitCode !== NO_NFT) throw error
        throw withoutNft(operationOf(seal), holder.image)
      }
    },
    read: async (machine, signal) => {
      const holder = await holderOf(machine, signal)
      if (holder?.state !== 'running') return undefined
      try {
        return heldBy(holder.id, await holders.judge(holder, signal))
      } catch (error) {
        if (isDriverError(error, 'Aborted', 'Unavailable', 'Timeout')) throw error
        // It may have ended meanwhile.
        if ((await holderOf(machine, signal))?.state !== 'running') return undefined
        throw error
      }
    },
    list: async (owner, signal) => {
      const found = await holders.carrying({ [OWNER]: owner, [ROLE]: HOLDER_ROLE }, signal)
      const named = found.map(({ id, name }) => [machineOf(name), id] as const)
      return new Map(named.flatMap(([machine, id]) => (machine === undefined ? [] : [[machine, id] as const])))
    },
    stop: async (machine, signal) => {
      const holder = await holderOf(machine, signal)
      if (holder !== undefined) await holders.stop(holder.id, signal)
    },
    remove: async (machine, signal) => {
      const holder = await holderOf(machine, signal)
      if (holder !== undefined) await holders.remove(holder.id, signal)
    },
  }
}

const requireAddresses = (seal: SealRequest): void => {
  if ([seal.ip, seal.bundleIp].every((ip) => IPV4.test(ip))) return
  throw new DriverError({ code: 'InvalidRequest', operation: operationOf(seal), detail: 'an address is not IPv4' })
}

const ROUNDS = 6
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/
/** With which its first process ends (`programs.ts`). */
const NO_NFT = 126

export const operationOf = ({ machine }: Pick<SealRequest, 'machine'>): string => `hold the seal of ${machine}`

export const withoutNft = (operation: string, image: string): DriverError =>
  new DriverError({
    code: 'Failed',
    operation,
    detail: `image ${image} has no nft`,
    hint: 'bottled bundle build makes an image that has it',
  })

const failed = (seal: SealRequest, detail: string, hint: string): DriverError =>
  new DriverError({ code: 'Failed', operation: operationOf(seal), detail, hint })

const refusal = (seal: SealRequest, { reason, detail }: Extract<HolderStep, { readonly do: 'refuse' }>): DriverError =>
  reason === 'Other'
    ? failed(seal, detail, 'bottlectl rollout NAME makes both anew, and with them its disk')
    : new DriverError({ code: reason, operation: operationOf(seal), detail })

const isAsAsked = ({ bundleIp, ports }: SealRequest, { allowedCidrs, ports: open }: Judged): boolean =>
  allowedCidrs.join() === (ports.length === 0 ? '' : `${bundleIp}/32`) &&
  open.join() === ports.toSorted((one, other) => one - other).join()

const heldBy = (holder: string, { allowedCidrs, ports }: Judged): HeldSeal => ({ holder, allowedCidrs, ports })
