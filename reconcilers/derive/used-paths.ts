import type { ResolvedSpec } from './resolve.ts'
import { isLocalImage } from './resolve.ts'

/** A path of the host that a spec makes bottled, Docker or smolvm open. */
export interface UsedPath {
  /** Where it stands in the document: `['spec', 'workspace', 'path']`. */
  readonly field: readonly (string | number)[]
  readonly role: 'workspace' | 'bundle-mount' | 'secret' | 'image' | 'artifact'
  /** Absolute, as resolved; links are not followed. */
  readonly path: string
  /** The agent or the bundle can write below it. */
  readonly writable: boolean
}

/** All host paths of a spec, in the order of the fields. Pure. */
export const usedPaths = (spec: ResolvedSpec): readonly UsedPath[] => {
  const { workspace, secrets, bundle, machine } = spec
  return [
    ...(workspace === undefined
      ? []
      : [
          {
            field: ['spec', 'workspace', 'path'],
            role: 'workspace' as const,
            path: workspace.path,
            writable: workspace.mode === 'mount',
          },
        ]),
    ...Object.entries(secrets).flatMap(([key, source]) =>
      'fromFile' in source
        ? [
            {
              field: ['spec', 'secrets', key, 'fromFile'],
              role: 'secret' as const,
              path: source.fromFile,
              writable: false,
            },
          ]
        : [],
    ),
    ...bundle.mounts.map(({ source, readOnly }, index) => ({
      field: ['spec', 'bundle', 'mounts', index, 'source'],
      role: 'bundle-mount' as const,
      path: source,
      writable: !readOnly,
    })),
    ...(machine.image !== undefined && isLocalImage(machine.image)
      ? [{ field: ['spec', 'machine', 'image'], role: 'image' as const, path: machine.image, writable: false }]
      : []),
    ...(machine.artifact === undefined
      ? []
      : [
          {
            field: ['spec', 'machine', 'artifact'],
            role: 'artifact' as const,
            path: machine.artifact,
            writable: false,
          },
        ]),
  ]
}
