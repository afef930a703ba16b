import { readdir, readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { contextFolder, contextHost, contextName, unixSocketOf, usualSockets } from './socket-setting.ts'
import { DriverError } from '../errors.ts'

export interface SocketChoice {
  /** `--docker-host`. */
  readonly host: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Flow: explicit URL, then DOCKER_HOST, then the docker context in force, then the first usual socket that exists.
 * Guarantees: an absolute path. A host other than a unix socket is `InvalidRequest`; no socket anywhere is `Unavailable`.
 * Caveats: a socket that exists but refuses is still returned; the next socket could be another daemon, with other objects.
 */
export const findSocket = async ({ host, env }: SocketChoice): Promise<string> => {
  const home = env['HOME'] || homedir()
  if (host) return unixSocketOf(host, '--docker-host') ?? firstOf(usualSockets(env, home))
  const fromEnv = env['DOCKER_HOST']
  if (fromEnv) return unixSocketOf(fromEnv, 'DOCKER_HOST') ?? firstOf(usualSockets(env, home))
  const folder = env['DOCKER_CONFIG'] || join(home, '.docker')
  const name = contextName(env, await textOf(join(folder, 'config.json')))
  if (name === undefined) return firstOf(usualSockets(env, home))
  const meta = await textOf(join(folder, 'contexts', 'meta', contextFolder(name), 'meta.json'))
  return unixSocketOf(contextHost(name, meta), `the docker context ${name}`) ?? firstOf(usualSockets(env, home))
}

/** Every socket that a setting or a habit names, whether it exists or not: none of them is for a bottle. */
export const namedSockets = async ({ host, env }: SocketChoice): Promise<readonly string[]> => {
  const home = env['HOME'] || homedir()
  const chosen = await findSocket({ host, env }).catch(() => undefined)
  const others = [env['DOCKER_HOST'], ...(await contextHosts(env, home))].flatMap((url) => {
    const path = url?.replace(/^unix:\/\//, '')
    return path?.startsWith('/') === true ? [path] : []
  })
  return [...new Set([...(chosen === undefined ? [] : [chosen]), ...others, ...usualSockets(env, home)])]
}

/** Of all contexts: the one in force may change. */
const contextHosts = async (env: SocketChoice['env'], home: string): Promise<readonly string[]> => {
  const folder = join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'contexts', 'meta')
  const names = await readdir(folder).catch(() => [])
  const metas = await Promise.all(names.map((name) => textOf(join(folder, name, 'meta.json'))))
  return metas.flatMap((meta) => {
    try {
      return [contextHost('', meta)]
    } catch {
      return []
    }
  })
}

const firstOf = async (paths: readonly string[]): Promise<string> => {
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined)
    if (found?.isSocket() === true) return path
  }
  throw new DriverError({
    code: 'Unavailable',
    operation: 'find the Docker socket',
    detail: `none of ${paths.join(', ')} exists`,
    hint: 'install and start Docker, or name its socket with --docker-host unix:///path',
  })
}

const textOf = async (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined)
