import type { ResolvedSpec } from '../derive/resolve.ts'
import { isLocalImage } from '../derive/resolve.ts'
import type { Use } from './overlap.ts'

/** The spec with each path as it was judged: what Docker, smolvm and our own copies are given. Pure. */
export const canonicalSpec = (spec: ResolvedSpec, uses: readonly Use[]): ResolvedSpec => {
  const places = new Map(uses.map(({ path, place }) => [path, place.canonical]))
  const at = (path: string): string => places.get(path) ?? path
  const { workspace, secrets, bundle, machine } = spec
  return {
    ...spec,
    workspace: workspace === undefined ? undefined : { ...workspace, path: at(workspace.path) },
    secrets: Object.fromEntries(
      Object.entries(secrets).map(([key, source]) => [
        key,
        'fromFile' in source ? { ...source, fromFile: at(source.fromFile) } : source,
      ]),
    ),
    bundle: { ...bundle, mounts: bundle.mounts.map((mount) => ({ ...mount, source: at(mount.source) })) },
    machine: {
      ...machine,
      image: machine.image === undefined || !isLocalImage(machine.image) ? machine.image : at(machine.image),
      artifact: machine.artifact === undefined ? undefined : at(machine.artifact),
    },
  }
}
