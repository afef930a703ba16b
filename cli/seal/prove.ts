import { randomBytes } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { createDocker } from '../../drivers/docker/docker.ts'
import type { Containers } from '../../drivers/ports.ts'
import type { Captured } from './capture.ts'
import { containerTrial } from './container-trial.ts'
import { hostsText, inwardNames } from './inward-names.ts'
import { openListeners } from './listeners.ts'
import type { Facts, Outcome } from './target.ts'
import { makeThrowaway } from './throwaway.ts'
import { verdictOn } from './verdict.ts'
import type { Verdict } from './verdict.ts'
import { vmTrial } from './vm-trial.ts'

/**
 * `bottled doctor --seal`: a guest of this smolvm, or an agent's container, on this host, tries to reach what it must not.
 *
 * Flow: something listens on every address of this host; a bottle is made as any other; its guest plays the table; all is removed.
 * Guarantees: what it made is removed however the proof ends, unless it is killed: then it has said by which command.
 * Caveats: it shows what an ordinary program in the guest reaches, by the ways of the table, at that moment.
 */
export interface Proof {
  readonly verdict: Verdict
  readonly outcomes: readonly Outcome[]
  /** Undefined: of this kind nothing is. */
  readonly captured: Captured | undefined
  /** False: its bundle takes no policy, so that no name could be allowed. */
  readonly triedNames: boolean
}

export interface ProveOptions {
  readonly bottled: readonly string[]
  readonly runtime: TriedRuntime
  readonly smolvm: string
  readonly dockerHost: string | undefined
  readonly bundleImage: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly say: (text: string) => void
  readonly outside?: readonly string[]
  /** Ends the proof; what it made is removed. */
  readonly signal: AbortSignal
}

/** Those whose guests can try. */
export type TriedRuntime = 'microvm' | 'container'

/** Of well-known resolvers, which answer by TCP, UDP, ping and as resolvers. */
const OUTSIDE = ['1.1.1.1', '9.9.9.9']

export const proveSeal = async (options: ProveOptions): Promise<Proof> => {
  const { bottled, runtime, smolvm, dockerHost, bundleImage, env, say, outside = OUTSIDE, signal } = options
  const docker = createDocker({ host: dockerHost, env })
  const trial = runtime === 'container' ? await containerTrial(docker.connection) : vmTrial({ smolvm, env })
  const flags = [
    '--smolvm',
    smolvm,
    ...(dockerHost === undefined ? [] : ['--docker-host', dockerHost]),
    ...(bundleImage === undefined ? [] : ['--bundle-image', bundleImage]),
  ]
  const listeners = await openListeners().catch(async (error: unknown) => {
    await trial.remove()
    throw error
  })
  try {
    const { port } = listeners
    const name = `seal-${randomBytes(4).toString('hex')}`
    const bottle = await makeThrowaway({ bottled, flags, name, kind: trial, port, say, signal })
    try {
      const hostAddresses = ownAddresses()
      const containers = await reachable(docker.containers, bottle.machine)
      const inward = bottle.resolves && inwardNames({ ...bottle, hostAddresses, containers })
      await bottle.resolves?.(hostsText(inward ?? []))
      const targets = trial.table({ ...bottle, port, hostAddresses, containers, outside, inward })
      say(`its guest tries ${targets.length} ways`)
      const { outcomes, captured } = await trial.play({ bottle, targets, port }, signal)
      const seen = captured?.kind === 'captured' ? captured.leaks : []
      const verdict = verdictOn(outcomes, listeners.heard(), seen)
      return { verdict, outcomes: outcomes ?? [], captured, triedNames: inward !== undefined }
    } finally {
      await bottle.remove()
    }
  } finally {
    await listeners.close()
    await trial.remove()
  }
}

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((each = []) =>
    each.filter(({ internal, address }) => !internal && !address.startsWith('fe80')).map(({ address }) => address),
  )

/** Bundles answer at 8888; of others nobody knows where they listen. What has the guest's own network isn't another. */
const reachable = async (containers: Containers, machine: string): Promise<Facts['containers']> =>
  (await containers.list())
    .filter(({ name, state }) => state === 'running' && name !== `${machine}-seal`)
    .flatMap(({ name, attachments }) => attachments.map(({ ip }) => ({ name, ip, port: 8888 })))
    .filter(({ ip }) => ip !== '')
