import { parseHost } from '../host.ts'
import { readPath } from '../path.ts'
import type { Request } from '../policy.ts'
import type { Repository } from './repository.ts'
import { parseRepositoryUrl } from './url.ts'

/** The repository of the gate that a request to its host is about, with and without `.git`; undefined: none. Pure. */
export const servedBy = (
  repositories: readonly Repository[],
  { host, port, path }: Pick<Request, 'host' | 'port' | 'path'>,
): Repository | undefined => {
  const name = parseHost(host)
  if ('fault' in name) return undefined
  const { readings } = readPath(path)
  return repositories.find((each) => {
    const at = parseRepositoryUrl(each.url)
    if ('fault' in at || at.host !== name.name || at.port !== port) return false
    const bare = at.path.replace(/\.git$/, '')
    return readings.some((reading) => reading.startsWith(`${bare}/`) || reading.startsWith(`${bare}.git/`))
  })
}
