import { createHash } from 'node:crypto'
import { DriverError } from '../errors.ts'
import { parseJson, valueAt } from '../json.ts'

/** Which socket a setting names. Pure; `docker-socket.ts` reads the files. */

type Env = Readonly<Record<string, string | undefined>>

const OPERATION = 'choose the Docker socket'

/** The path of a unix URL or an absolute path; undefined for `unix://` alone, which means the usual one. */
export const unixSocketOf = (url: string, source: string): string | undefined => {
  if (url.startsWith('/')) return url
  if (url === 'unix://') return undefined
  if (url.startsWith('unix:///')) return url.slice('unix://'.length)
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]
  throw new DriverError({
    code: 'InvalidRequest',
    operation: OPERATION,
    detail: `${source} names ${scheme === undefined ? 'something other than a unix socket' : `a ${scheme} host`}, but bundles are only reachable from the machine that runs Docker`,
    hint: 'give --docker-host unix:///var/run/docker.sock',
  })
}

export const usualSockets = (env: Env, home: string): readonly string[] => {
  const runtime = env['XDG_RUNTIME_DIR']
  return [
    '/var/run/docker.sock',
    ...(runtime ? [`${runtime}/docker.sock`] : []),
    `${home}/.docker/run/docker.sock`,
    `${home}/.orbstack/run/docker.sock`,
    `${home}/.colima/default/docker.sock`,
    `${home}/.rd/docker.sock`,
    ...(runtime ? [`${runtime}/podman/podman.sock`] : []),
  ]
}

/** Name of the context in force; undefined for the default one. `config` is the text of config.json. */
export const contextName = (env: Env, config: string | undefined): string | undefined => {
  const name = env['DOCKER_CONTEXT'] || field(config, 'currentContext')
  return name === 'default' ? undefined : name
}

/** Docker keeps a context in a folder named by the digest of its name. */
export const contextFolder = (name: string): string => createHash('sha256').update(name).digest('hex')

/** The host in a context's meta.json. */
export const contextHost = (name: string, meta: string | undefined): string => {
  const host = valueAt(parseJson(meta ?? ''), ['Endpoints', 'docker', 'Host'])
  if (typeof host === 'string' && host !== '') return host
  throw new DriverError({
    code: 'InvalidRequest',
    operation: OPERATION,
    detail: `the docker context ${name} has no host`,
    hint: 'see `docker context ls`, or give --docker-host unix:///path',
  })
}

const field = (text: string | undefined, key: string): string | undefined => {
  const value = valueAt(parseJson(text ?? ''), [key])
  return typeof value === 'string' && value !== '' ? value : undefined
}
