import { existsSync } from 'node:fs'
import type { Connection } from '../../docker/connection.ts'
import { createDockerContainers } from '../../docker/containers.ts'
import { execIn } from '../../docker/exec.ts'
import { DriverError, isDriverError } from '../../errors.ts'
import type { Container } from '../../ports.ts'
import type { ContainerSeals } from '../seals.ts'
import { createHeldSeals, operationOf, withoutNft } from './held-seals.ts'
import { holderBody, holderName } from './holder.ts'
import type { Holders } from './holders.ts'
import { judgeRules } from './judge.ts'
import { TRYING } from './programs.ts'
import { openRules } from './rules.ts'
import { shownBy, triesFor } from './tries.ts'

/**
 * ContainerSeals on a Docker Engine, 20.10 to 29.
 *
 * Flow: one exec in the holder loads the rules, tries and lists.
 * Assumptions: the image is the operator's: what lists the rules is its `nft`. The Engine runs on this host, so that its kernel is
 *   ours.
 */
export const createContainerSeals = (connection: Connection): ContainerSeals =>
  createHeldSeals(createEngineHolders(connection))

const createEngineHolders = (connection: Connection): Holders => {
  const { find, carrying, start, stop, remove } = createDockerContainers(connection, () => Promise.resolve(''))

  const exec = async (
    { id, image }: Container,
    { operation, command }: { readonly operation: string; readonly command: readonly string[] },
    signal?: AbortSignal,
  ): Promise<string> => {
    const { stdout, stderr, exitCode, tooMuch } = await execIn(
      connection,
      { operation, container: id, command, user: '0:0', deadlineMs: DEADLINE_MS, mostBytes: MOST_BYTES },
      signal,
    )
    if (exitCode === 0 && !tooMuch) return stdout
    // Its first process says so, too, and ends; which of both is first is chance.
    if (exitCode === 126 || exitCode === 127) throw withoutNft(operation, image)
    const detail = lineOf(stderr) || `its holder ended with ${exitCode ?? 'no'} code`
    throw new DriverError({ code: 'Failed', operation, detail })
  }

  return {
    find,
    carrying,
    start,
    stop,
    remove,
    joinedTo: async (id, signal) => {
      const operation = 'look who uses the network of a seal'
      const all = await connection.json<readonly Joining[]>(
        { operation, doing: 'read', method: 'GET', path: '/containers/json', query: { all: true } },
        signal,
      )
      return all.flatMap(({ Names, HostConfig }) =>
        HostConfig?.NetworkMode === `container:${id}` ? [(Names?.[0] ?? '').replace(/^\//, '')] : [],
      )
    },
    make: (seal, signal) =>
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
      ),
    move: async (seal, id, from, signal) => {
      const call = { operation: operationOf(seal), doing: 'create', method: 'POST' } as const
      for (const network of from)
        await connection
          .request({ ...call, path: `/networks/${network}/disconnect`, body: { Container: id, Force: true } }, signal)
          .catch((error: unknown) => {
            // A network that is gone took the connection with it; the next look shows what is left.
            if (!isDriverError(error, 'NotFound', 'Failed', 'InvalidRequest')) throw error
          })
      const body = { Container: id, EndpointConfig: { IPAMConfig: { IPv4Address: seal.ip } } }
      await connection.request({ ...call, path: `/networks/${seal.networkId}/connect`, body }, signal)
    },
    load: async (holder, seal, signal) => {
      const tries = triesFor({ gateway: seal.ip.replace(/\d+$/, '1'), bundleIp: seal.bundleIp })
      const command = ['node', '-e', TRYING, openRules(seal.bundleIp, seal.ports), JSON.stringify(tries)]
      return shownBy(await exec(holder, { operation: operationOf(seal), command }, signal), tries)
    },
    judge: async (holder, signal) => {
      const operation = `read the rules of ${holder.name}`
      return judgeRules(await exec(holder, { operation, command: ['nft', '-j', 'list', 'ruleset'] }, signal))
    },
  }
}

/** Beside booting VMs, on a busy machine. */
const DEADLINE_MS = 30_000
const MOST_BYTES = 1024 * 1024

interface Joining {
  readonly Names?: readonly string[] | null
  readonly HostConfig?: { readonly NetworkMode?: string } | null
}

const lineOf = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').slice(0, 300)
