import { holdsAddress } from '../../../drivers/simulated/world.ts'
import type { World } from '../../../drivers/simulated/world.ts'

/** What runs with more than it may have of the host's paths, in words; by where its mounts led when it started. */
export const reachesTooFar = (
  { containers, machines }: Pick<World, 'containers' | 'machines'>,
  own: readonly string[],
): readonly string[] => {
  const mounts = Object.values(containers)
    .filter(holdsAddress)
    .flatMap(({ name, mounted = {}, facts }) =>
      Object.entries(mounted).map(([target, path]) => ({
        name,
        path,
        writable: facts?.mounts.some((mount) => mount.target === target && !mount.readOnly) === true,
      })),
    )
  const workspaces = Object.values(machines).flatMap(({ name, mounted, state, boot }) =>
    mounted === undefined || (state !== 'running' && boot === undefined)
      ? []
      : [{ name, path: mounted, writable: true }],
  )
  const all = [...mounts, ...workspaces]
  const writers = all.filter(({ writable }) => writable)
  return [
    ...writers.flatMap(({ name, path }) =>
      own
        .filter((each) => isIn(each, path) || isIn(path, each))
        .map((each) => `${name} writes ${path}, and with it ${each}`),
    ),
    ...mounts.flatMap((one) =>
      writers
        .filter((writer) => writer !== one && isIn(one.path, writer.path))
        .map((writer) => `${one.name} has ${one.path}, which ${writer.name} writes`),
    ),
  ]
}

const isIn = (inner: string, outer: string): boolean => `${inner}/`.startsWith(outer === '/' ? '/' : `${outer}/`)
