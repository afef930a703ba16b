import type { ContainerRequest } from '../../drivers/ports.ts'
import type { Situation } from '../contract/reconciler.ts'
import { bundleName, configHash, labelsOf } from '../derive/names.ts'

/** The request to Docker for a bundle. The hash covers everything but the network's id, which is compared separately. */
export const bundleRequest = (situation: Situation, image: string): ContainerRequest => {
  const { identity, spec, upstream } = situation
  if (spec === undefined) throw new Error(`bottle ${situation.name} has no spec to make a bundle from`)
  const { bundle } = spec
  const fields = {
    name: bundleName(identity),
    image,
    ip: String(upstream['network']?.['bundleIp']),
    env: {
      ...bundle.env,
      BOTTLE_NAME: situation.name,
      ...(spec.git ? { BOTTLE_GIT: '1' } : {}),
      ...(spec.supervise ? { BOTTLE_SUPERVISE: '1' } : {}),
    },
    command: bundle.command,
    user: bundle.user,
    mounts: bundle.mounts,
    tmpfs: bundle.tmpfs,
    readOnlyRoot: bundle.readOnlyRoot,
    memoryMiB: bundle.memoryMiB,
    cpus: bundle.cpus,
    pids: bundle.pids,
  }
  return { ...fields, networkId: String(upstream['network']?.['id']), labels: labelsOf(situation, configHash(fields)) }
}
