import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CliError } from '../print/cli-error.ts'
import { userHome } from '../session/user-folders.ts'
import { programAt } from '../session/program-at.ts'
import { isEdgesName } from './edges-units.ts'
import { serviceFlags } from './flags.ts'
import type { TypedFlag } from './flags.ts'
import type { ServicePlan } from './plan.ts'

export interface ServiceWish {
  readonly root: string
  readonly name: string
  readonly flags: readonly TypedFlag[]
}

export interface ServiceSetting {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly uid: number
  /** The words that run bottled. */
  readonly bottled: readonly string[]
}

/** Throws a CliError if the root is missing or a name or flag can't be a service's. */
export const makePlan = async (
  { root, name, flags }: ServiceWish,
  { cwd, env, uid, bottled }: ServiceSetting,
): Promise<ServicePlan> => {
  checkName(name)
  const where = { cwd, path: env['PATH'] ?? '' }
  const unless = (flag: string, value: string | undefined): readonly TypedFlag[] =>
    value === undefined || flags.some((typed) => typed.flag === flag) ? [] : [{ flag, value }]
  const given = serviceFlags(
    [...unless('--smolvm', programAt('smolvm', where)), ...unless('--log-format', 'journal'), ...flags],
    where,
  )
  const canonical = await realpath(root).catch(() => {
    throw new CliError(`${root} doesn't exist`, `mkdir -p ${root}`, 3)
  })
  // Without --smolvm it is the first flag, and no path.
  const named = [given[given.indexOf('--smolvm') + 1], bottled[0]].filter((path) => path?.startsWith('/'))
  return {
    name,
    root: canonical,
    command: [...bottled, 'run', canonical, ...given],
    env: {
      PATH: [...new Set([...named.map((path) => dirname(path ?? '')), ...USUAL])].join(':'),
      ...Object.fromEntries(KEPT.flatMap((key) => (env[key] ? [[key, env[key]]] : []))),
      // systemd sets none for root.
      ...(uid === 0 ? { HOME: userHome(env) } : {}),
    },
    folders: [canonical, ...(given.includes('--state-dir') ? [given[given.indexOf('--state-dir') + 1] ?? ''] : [])],
    scope: uid === 0 ? 'system' : 'user',
  }
}

const USUAL = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** Which daemon, which machines, whose state: a service must mean the same as the shell that installs it. */
const KEPT = [
  'DOCKER_CONFIG',
  'DOCKER_CONTEXT',
  'DOCKER_HOST',
  'SMOLVM_LIB_DIR',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_STATE_HOME',
]

export const checkName = (name: string): void => {
  if (!/^[a-z0-9][a-z0-9-]{0,46}$/.test(name))
    throw new CliError(`"${name}" can't be the name of a service`, 'take lower-case letters, digits and hyphens', 2)
  if (isEdgesName(name))
    throw new CliError(
      `"${name}" is a helper of root, not a controller's service`,
      'bottled service edges --user NAME installs it, and --remove takes it away with its socket and its rules',
      2,
    )
}
