import type { ContainerParts } from '../../drivers/ports.ts'
import type { Situation } from '../contract/reconciler.ts'
import { containerParts } from './container.ts'
import { guestEnvOf } from './guest-env.ts'
import { guestSecrets } from '../derive/deliveries.ts'
import { configHash, labelsOf, machineName } from '../derive/names.ts'

/** The requested VM, and the two hashes that show the cost of a difference. */
export interface MachineShape {
  readonly request: {
    readonly name: string
    readonly labels: Readonly<Record<string, string>>
    readonly env: Readonly<Record<string, string>>
    readonly bundleIp: string
    readonly mount: { readonly source: string; readonly target: string } | undefined
    /** It trusts the authority of its bottle: it has the folder with that. */
    readonly trusts: boolean
    readonly command: readonly string[]
    readonly cpus: number | undefined
    readonly memoryMiB: number | undefined
    readonly storageGiB: number | undefined
    /** Absent: it is a VM. */
    readonly container?: ContainerParts
  }
  /** Of the fields whose change needs a new disk. */
  readonly hash: string
  /** Of the fields that a stop and a start apply. */
  readonly restartHash: string
}

export const machineShape = (situation: Situation): MachineShape => {
  const { identity, spec, upstream } = situation
  if (spec === undefined) throw new Error(`bottle ${situation.name} has no spec to make a machine from`)
  const { workspace, machine } = spec
  const bundleIp = String(upstream['network']?.['bundleIp'])
  const env = guestEnvOf(spec, bundleIp)
  const { artifact, image, command, cpus, memoryMiB, storageGiB } = machine
  const container = containerParts(situation, spec)
  const runtime = container === undefined ? {} : { runtime: 'container' }
  const hash = configHash({ artifact, image, command, workspace, secrets: guestSecrets(spec), bundleIp, ...runtime })
  return {
    request: {
      name: machineName(identity),
      labels: labelsOf(situation, hash),
      env,
      bundleIp,
      mount: workspace?.mode === 'mount' ? { source: workspace.path, target: workspace.guestPath } : undefined,
      trusts: spec.egress !== undefined,
      command,
      cpus,
      memoryMiB,
      storageGiB,
      ...(container === undefined ? {} : { container }),
    },
    hash,
    restartHash: configHash({ env, cpus, memoryMiB, storageGiB }),
  }
}
