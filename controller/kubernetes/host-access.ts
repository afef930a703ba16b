import { isAbsolute } from 'node:path/posix'
import { valueAt } from '../../drivers/json.ts'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import { usedPaths } from '../../reconcilers/derive/used-paths.ts'
import { within } from '../../reconcilers/derive/within.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import { formatPath } from '../document/path.ts'

/**
 * Why an object may not have what it asks of the node: whoever may create a Bottle in the cluster must not thereby read the
 * node's files, or the agent's own environment, which holds its token. Undefined: it asks for nothing of it. Pure.
 *
 * Caveats: paths are compared by their text; where one leads is judged by the policy, whose list these prefixes narrow.
 */
export const hostAccess = (spec: BottleSpec, prefixes: readonly string[]): string | undefined => {
  const [secret] = Object.entries(spec.secrets ?? {})
  if (secret !== undefined) {
    const [name, { fromFile }] = secret
    const from = fromFile === undefined ? 'fromEnv' : 'fromFile'
    return `spec.secrets.${name}.${from} would read from the node: a bottle of a cluster can't name secrets yet`
  }
  for (const { field, path } of usedPaths(resolveSpec(spec, '/'))) {
    const written = valueAt({ spec }, field)
    if (typeof written === 'string' && isAbsolute(written) && prefixes.some((prefix) => within(path, prefix))) continue
    const given = prefixes.length === 0 ? 'none is given to bottles' : `given to bottles: ${prefixes.join(', ')}`
    return `${formatPath(field)} names a path of the node, and ${given} (bottled run --host-path PREFIX)`
  }
  return undefined
}
