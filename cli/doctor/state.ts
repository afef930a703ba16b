import { access, constants, stat, statfs } from 'node:fs/promises'
import { newerStateIn, stateInUse } from '../session/root.ts'
import type { Check, Facts, Finding } from './check.ts'
import { shellWord } from '../../drivers/shell-word.ts'
import { unless } from '../../drivers/errno.ts'
import { lockHolder } from '../../controller/state/lock.ts'

/** Root, state folder, runtime folder, space. */
export const state: Check = {
  name: 'state',
  run: async (facts) => [
    ...(await format(facts)),
    ...(await writable(facts)),
    ...(await permissions(facts)),
    ...(await runtime(facts)),
    ...(await space(facts)),
    ...(await holder(facts)),
  ],
}

const GIB = 1024 ** 3

/** The folder of the last run's kind is the one that the next is likely to use. */
const format = async ({ stateDir }: Facts): Promise<readonly Finding[]> => {
  const newer = await newerStateIn(await stateInUse(stateDir))
  return newer === undefined
    ? []
    : [
        {
          check: 'format',
          level: 'fail',
          message: newer.message,
          command: `npm install -g bottled@${newer.writer ?? 'latest'}`,
          hint: newer.hint,
        },
      ]
}

const writable = async ({ root }: Facts): Promise<readonly Finding[]> => {
  const can = await access(root, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  )
  return [
    can
      ? { check: 'root', level: 'ok', message: `${root} is readable and writable` }
      : {
          check: 'root',
          level: 'warn',
          message: `${root} is not writable: status can't be written into its files`,
          command: 'bottled run --status sidecar --state-dir DIR',
        },
  ]
}

const permissions = async ({ stateDir }: Facts): Promise<readonly Finding[]> => {
  const found = await stat(stateDir).catch(() => undefined)
  if (found === undefined) return [{ check: 'state', level: 'ok', message: `${stateDir} is created at the first run` }]
  // Whose it is, and who else may write it: `access`.
  const mode = found.mode & 0o777
  return [
    mode === 0o700
      ? { check: 'state', level: 'ok', message: `${stateDir} is private` }
      : {
          check: 'state',
          level: 'warn',
          message: `${stateDir} has mode ${mode.toString(8)}`,
          command: `chmod 700 ${shellWord(stateDir)}`,
          fix: { kind: 'chmod', path: stateDir, to: 'private' },
        },
  ]
}

const runtime = async ({ env, stateDir, uid }: Facts): Promise<readonly Finding[]> => {
  const folder = env['XDG_RUNTIME_DIR']
  if (folder === undefined || folder === '')
    return [
      {
        check: 'runtime',
        level: 'warn',
        message: `XDG_RUNTIME_DIR is not set: secrets are stored below ${stateDir}/run, on disk`,
        ...(uid === 0
          ? { hint: 'set it to a folder in memory, like /run/bottled; bottled service install does' }
          : { command: 'loginctl enable-linger "$USER"', hint: 'then log in again' }),
      },
    ]
  const found = await stat(folder).catch(() => undefined)
  if (found === undefined)
    return [
      {
        check: 'runtime',
        level: 'fail',
        message: `XDG_RUNTIME_DIR ${folder} does not exist`,
        command: `mkdir -m 700 ${shellWord(folder)}`,
      },
    ]
  return [
    (found.mode & 0o077) === 0
      ? { check: 'runtime', level: 'ok', message: `secrets are stored below ${folder}` }
      : {
          check: 'runtime',
          level: 'warn',
          message: `other users can access ${folder}`,
          command: `chmod 700 ${shellWord(folder)}`,
        },
  ]
}

const space = async ({ root }: Facts): Promise<readonly Finding[]> => {
  const { bavail, bsize } = await statfs(root)
  const gib = (bavail * bsize) / GIB
  const said = `${gib.toFixed(1)} GiB free at ${root}`
  return [
    gib >= 5
      ? { check: 'space', level: 'ok', message: said }
      : {
          check: 'space',
          level: gib < 0.5 ? 'fail' : 'warn',
          message: `${said}: images and VM disks need more`,
          command: 'docker image prune',
          hint: 'docker system df shows what takes the room',
        },
  ]
}

const holder = async ({ stateDir }: Facts): Promise<readonly Finding[]> => {
  const found = await lockHolder(stateDir).catch(unless('EACCES'))
  return found === undefined
    ? []
    : [
        {
          check: 'controller',
          level: 'ok',
          message: `a controller runs: pid ${found.pid} on ${found.host}${found.simulated === true ? ' (simulated)' : ''}`,
        },
      ]
}
