import type { ContainerRequest, Mount } from '../../drivers/ports.ts'
import type { Situation } from '../contract/reconciler.ts'
import { bundleName, configHash, labelsOf } from '../derive/names.ts'

/** The request to Docker for a bundle. The hash covers everything but the network's id, which is compared separately. */
export const bundleRequest = (
  situation: Situation,
  image: string,
  /** With canonical sources. The hash is of what the spec says: that a link was turned shows in the container itself. */
  judged?: readonly Mount[],
): ContainerRequest => {
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
  return {
    ...fields,
    mounts: judged ?? bundle.mounts,
    networkId: String(upstream['network']?.['id']),
    labels: labelsOf(situation, configHash(fields)),
  }
}
