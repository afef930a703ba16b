import { randomBytes } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { createDocker } from '../../drivers/docker/docker.ts'
import type { Containers } from '../../drivers/ports.ts'
import { createCaller } from '../../drivers/smolvm/caller.ts'
import { openListeners } from './listeners.ts'
import { outcomesIn, scriptFor } from './script.ts'
import { sealTargets } from './targets.ts'
import type { Facts, Outcome } from './target.ts'
import { makeThrowaway } from './throwaway.ts'
import { verdictOn } from './verdict.ts'
import type { Verdict } from './verdict.ts'

/**
 * `bottled doctor --seal`: a guest of this smolvm, on this host, tries to reach what it must not.
 *
 * Flow: something listens on every address of this host; a bottle is made as any other; its guest plays the table; all is removed.
 * Guarantees: what it made is removed however the proof ends, unless it is killed: then it has said by which command.
 * Caveats: it shows what an ordinary program in the guest reaches, by the ways of the table, at that moment.
 */
export interface Proof {
  readonly verdict: Verdict
  readonly outcomes: readonly Outcome[]
}

export interface ProveOptions {
  readonly bottled: readonly string[]
  readonly smolvm: string
  readonly dockerHost: string | undefined
  readonly bundleImage: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly say: (text: string) => void
  readonly outside?: readonly string[]
  /** Ends the proof; what it made is removed. */
  readonly signal: AbortSignal
}

/** Of well-known resolvers, which answer by TCP, UDP, ping and as resolvers. */
const OUTSIDE = ['1.1.1.1', '9.9.9.9']
const WAIT_S = 8
const PLAY_MS = 180_000

export const proveSeal = async (options: ProveOptions): Promise<Proof> => {
  const { bottled, smolvm, dockerHost, bundleImage, env, say, outside = OUTSIDE, signal } = options
  const flags = [
    '--smolvm',
    smolvm,
    ...(dockerHost === undefined ? [] : ['--docker-host', dockerHost]),
    ...(bundleImage === undefined ? [] : ['--bundle-image', bundleImage]),
  ]
  const listeners = await openListeners()
  try {
    const name = `seal-${randomBytes(4).toString('hex')}`
    const bottle = await makeThrowaway({ bottled, flags, name, say, signal })
    try {
      const facts: Facts = {
        ...bottle,
        port: listeners.port,
        hostAddresses: ownAddresses(),
        containers: await reachable(createDocker({ host: dockerHost, env }).containers),
        outside,
      }
      const targets = sealTargets(facts)
      say(`its guest tries ${targets.length} ways`)
      const script = scriptFor(targets, WAIT_S)
      const { stdout } = await createCaller({ path: smolvm, env }).call(
        ['machine', 'exec', '--name', bottle.machine, '--', 'sh', '-c', script],
        { deadlineMs: PLAY_MS },
        signal,
      )
      const outcomes = outcomesIn(stdout, targets)
      return { verdict: verdictOn(outcomes, listeners.heard()), outcomes: outcomes ?? [] }
    } finally {
      await bottle.remove()
    }
  } finally {
    await listeners.close()
  }
}

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((each = []) =>
    each.filter(({ internal, address }) => !internal && !address.startsWith('fe80')).map(({ address }) => address),
  )

/** Bundles answer at 8888; of others nobody knows where they listen. */
const reachable = async (containers: Containers): Promise<Facts['containers']> =>
  (await containers.list())
    .filter(({ state }) => state === 'running')
    .flatMap(({ name, attachments }) => attachments.map(({ ip }) => ({ name, ip, port: 8888 })))
    .filter(({ ip }) => ip !== '')
