import { randomBytes } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { createDocker } from '../../drivers/docker/docker.ts'
import type { Containers } from '../../drivers/ports.ts'
import { createCaller } from '../../drivers/smolvm/caller.ts'
import { startCapture } from './capture.ts'
import type { Captured } from './capture.ts'
import { hostsText, inwardNames } from './inward-names.ts'
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
  readonly captured: Captured
  /** False: its bundle takes no policy, so that no name could be allowed. */
  readonly triedNames: boolean
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
const WAIT_S = 10
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
    const { port } = listeners
    const name = `seal-${randomBytes(4).toString('hex')}`
    const bottle = await makeThrowaway({ bottled, flags, name, port, say, signal })
    try {
      const hostAddresses = ownAddresses()
      const containers = await reachable(createDocker({ host: dockerHost, env }).containers)
      const inward = bottle.resolves && inwardNames({ ...bottle, hostAddresses, containers })
      await bottle.resolves?.(hostsText(inward ?? []))
      const targets = sealTargets({ ...bottle, port, hostAddresses, containers, outside, inward })
      say(`its guest tries ${targets.length} ways`)
      const { bundleIp, pid } = bottle
      const tried = targets.flatMap(({ attempt }) => ('ip' in attempt && attempt.ip !== bundleIp ? [attempt.ip] : []))
      const capture = startCapture({ pid, bundleIp, tried, port })
      const args = ['machine', 'exec', '--name', bottle.machine, '--', 'sh', '-c', scriptFor(targets, WAIT_S)]
      const caller = createCaller({ path: smolvm, env })
      let stdout = ''
      let captured: Captured
      try {
        stdout = (await caller.call(args, { deadlineMs: PLAY_MS }, signal)).stdout
      } finally {
        captured = await capture.end()
      }
      const outcomes = outcomesIn(stdout, targets)
      const seen = captured.kind === 'captured' ? captured.leaks : []
      const verdict = verdictOn(outcomes, listeners.heard(), seen)
      return { verdict, outcomes: outcomes ?? [], captured, triedNames: inward !== undefined }
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
