import type { Connection } from '../../docker/connection.ts'
import { execIn } from '../../docker/exec.ts'
import { DriverError, isDriverError } from '../../errors.ts'
import type { Container } from '../../ports.ts'
import type { ContainerSeals, HeldSeal, SealRequest } from '../seals.ts'
import { createHolders, operationOf } from './holders.ts'
import { judgeRules } from './judge.ts'
import type { Judged } from './judge.ts'
import { TRYING } from './programs.ts'
import { openRules } from './rules.ts'
import { shownBy, triesFor } from './tries.ts'

/**
 * ContainerSeals on a Docker Engine, 20.10 to 29.
 *
 * Flow: `hold` brings the holder to where it runs as asked (`holders.ts`), then one exec in it loads the rules, tries and lists.
 * Guarantees: as planned (`plan.ts`), judged (`judge.ts`) and shown (`tries.ts`); nothing is known but what the holder lists.
 * Assumptions: the caller serialises per machine, and has stopped the agent where its holder may have to be started. The image is the
 *   operator's: what lists the rules is its `nft`. Caveats: rules are loaded anew by each `hold`, as a whole: what is under way to
 *   the bundle goes on.
 */
export const createContainerSeals = (connection: Connection): ContainerSeals => {
  const holders = createHolders(connection)

  const exec = async (
    { id, image }: Pick<Container, 'id' | 'image'>,
    operation: string,
    command: readonly string[],
    signal?: AbortSignal,
  ): Promise<string> => {
    const { stdout, stderr, exitCode, tooMuch } = await execIn(
      connection,
      { operation, container: id, command, user: '0:0', deadlineMs: DEADLINE_MS, mostBytes: MOST_BYTES },
      signal,
    )
    if (exitCode === NO_PROGRAM || exitCode === 127) throw withoutNft(operation, image)
    if (exitCode !== 0 || tooMuch)
      throw failed(operation, lineOf(stderr) || `its holder ended with ${exitCode ?? 'no'} code`)
    return stdout
  }

  const load = async (seal: SealRequest, signal?: AbortSignal): Promise<HeldSeal> => {
    const operation = operationOf(seal)
    const holder = await holders.standing(seal, signal)
    const tries = triesFor({ gateway: seal.ip.replace(/\d+$/, '1'), bundleIp: seal.bundleIp })
    const command = ['node', '-e', TRYING, openRules(seal.bundleIp, seal.ports), JSON.stringify(tries)]
    const shown = shownBy(await exec(holder, operation, command, signal), tries)
    const hint = `docker exec ${holder.name} nft list ruleset shows its rules`
    if (shown.kind === 'open') throw failed(operation, shown.why, hint)
    if (!isAsAsked(seal, shown.judged)) throw failed(operation, 'its rules are not the ones that were loaded', hint)
    return heldBy(holder.id, shown.judged)
  }

  return {
    list: holders.list,
    stop: holders.stop,
    remove: holders.remove,
    hold: async (seal, signal) => {
      const operation = operationOf(seal)
      if (![seal.ip, seal.bundleIp].every((ip) => IPV4.test(ip)))
        throw new DriverError({ code: 'InvalidRequest', operation, detail: 'an address is none of IPv4' })
      try {
        return await load(seal, signal)
      } catch (error) {
        if (isDriverError(error, 'Aborted', 'Unavailable', 'Timeout')) throw error
        // Its first process says so, too, and ends.
        const holder = await holders.of(seal.machine, signal)
        if (holder?.state === 'exited' && holder.exitCode === NO_PROGRAM) throw withoutNft(operation, holder.image)
        throw error
      }
    },
    read: async (machine, signal) => {
      const holder = await holders.of(machine, signal)
      if (holder?.state !== 'running') return undefined
      try {
        const listing = await exec(holder, `read the seal of ${machine}`, ['nft', '-j', 'list', 'ruleset'], signal)
        return heldBy(holder.id, judgeRules(listing))
      } catch (error) {
        // It may have ended meanwhile.
        if (isDriverError(error) && (await holders.of(machine, signal))?.state !== 'running') return undefined
        throw error
      }
    },
  }
}

/** Beside booting VMs, on a busy machine. */
const DEADLINE_MS = 30_000
const MOST_BYTES = 1024 * 1024
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/
/** Of a shell, and of what runs in a holder. */
const NO_PROGRAM = 126

const failed = (operation: string, detail: string, hint?: string): DriverError =>
  new DriverError({ code: 'Failed', operation, detail, ...(hint === undefined ? {} : { hint }) })

const withoutNft = (operation: string, image: string): DriverError =>
  failed(operation, `image ${image} has no nft`, 'bottled bundle build makes an image that has it')

const isAsAsked = ({ bundleIp, ports }: SealRequest, { allowedCidrs, ports: open }: Judged): boolean =>
  allowedCidrs.join() === (ports.length === 0 ? '' : `${bundleIp}/32`) &&
  open.join() === ports.toSorted((one, other) => one - other).join()

const heldBy = (holder: string, { allowedCidrs, ports }: Judged): HeldSeal => ({ holder, allowedCidrs, ports })

const lineOf = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').slice(0, 300)
