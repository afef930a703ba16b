import type { Container, ContainerParts, Machine } from '../../drivers/ports.ts'
import { ROLE, SEAL, sealName } from '../derive/names.ts'
import { sealIpOf } from '../derive/cidr.ts'
import type { ResolvedSpec } from '../derive/resolve.ts'
import { runtimeOf, unfitFor } from '../derive/runtime.ts'
import type { Situation } from '../contract/reconciler.ts'

/** What is otherwise for an agent that runs in a container. Pure. */

export const PORTS = { proxy: 8888, git: 9418, supervise: 9100 } as const

/** What seals it; undefined for a VM. */
export const containerParts = (
  { upstream, settings }: Pick<Situation, 'upstream' | 'settings'>,
  spec: ResolvedSpec,
): ContainerParts | undefined => {
  if (runtimeOf(spec, settings.runtime) !== 'container') return undefined
  const network = upstream['network']
  return {
    networkId: String(network?.['id']),
    ip: sealIpOf(String(network?.['subnet'])),
    ports: [PORTS.proxy, ...(spec.git ? [PORTS.git] : []), ...(spec.supervise ? [PORTS.supervise] : [])],
    image: spec.bundle.image ?? settings.bundleImage ?? '',
  }
}

/** Why it can't be made or started; what runs goes on. */
export const unsupported = ({ spec, settings, identity }: Situation): string | undefined => {
  if (spec === undefined) return undefined
  const runtime = runtimeOf(spec, settings.runtime)
  if (runtime === 'microvm') return undefined
  const unfit = unfitFor(spec.machine, runtime)
  if (unfit !== undefined) return unfit.message
  if (runtime === 'gvisor')
    return 'runtime gvisor is not built into this version of bottled: write spec.machine.runtime: container, or microvm'
  // Its container would have the name of another bottle's bundle, or of what seals another agent.
  if (/-(bundle|seal)$/.test(identity))
    return `the identity ${identity} ends like the name of a part of another bottle: with runtime container set spec.identity to another one`
  return undefined
}

/** What seals an agent may be left where the agent is gone. */
export const mayHaveHolder = (situation: Situation, found: Machine | undefined): boolean =>
  found?.runtime === 'container' ||
  situation.record.machine?.runtime === 'container' ||
  (situation.spec !== undefined && runtimeOf(situation.spec, situation.settings.runtime) === 'container')

export const isHolder = (
  { identity, owner }: Pick<Situation, 'identity' | 'owner'>,
  one: Container | undefined,
): boolean => one?.name === sealName(identity) && one.labels[ROLE] === SEAL && one.labels['dev.bottled.owner'] === owner

/** Of `MachineReady` while it is True. */
export const ISOLATION = {
  reason: 'ContainerIsolation',
  message:
    "the agent shares this host's kernel: a bug of the kernel is a way out; runtime microvm has a kernel of its own",
} as const

export const metBy = ({ runtime }: Machine): typeof ISOLATION | undefined =>
  runtime === 'container' ? ISOLATION : undefined

/** Of a container that runs behind rules which were just listed as asked: the start has loaded and tried them. */
export const triedBy = (found: Machine | undefined, drift: unknown): string | undefined =>
  found?.runtime === 'container' && found.state === 'running' && found.astray === undefined && drift === undefined
    ? 'the rules around its container are listed as they were loaded, and each of a few tries was refused by them before it started'
    : undefined
