import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from '../../drivers/calls/subprocess.ts'
import { CliError } from '../print/cli-error.ts'
import { homeOf, userHome } from '../session/user-folders.ts'
import type { Env } from '../session/user-folders.ts'
import { marked } from './mark.ts'
import type { ServicePlan } from './plan.ts'
import { labelOf, plistText } from './plist.ts'
import { unitText } from './unit.ts'

/** systemd or launchd: where a service is defined, how, and the commands about it. */
export interface Supervisor {
  readonly kind: 'systemd' | 'launchd'
  fileOf(name: string): string
  textOf(plan: ServicePlan): string
  /** After the file was written: starts it with that, now and at each boot. */
  starting(name: string): readonly (readonly string[])[]
  /** Before the file is removed. */
  ending(name: string): readonly (readonly string[])[]
  /** After it was removed. */
  readonly afterwards: readonly (readonly string[])[]
  asking(name: string): readonly string[]
  /** What a person would type to see the log. */
  logOf(name: string): string
  /** Why its commands can't work here. */
  missing(): Promise<string | undefined>
}

export interface Place {
  readonly env: Env
  readonly uid: number
  readonly platform: NodeJS.Platform
}

export const supervisorOf = ({ env, uid, platform }: Place, version: number): Supervisor => {
  if (platform === 'darwin') return launchd(env, uid)
  if (platform !== 'linux')
    throw new CliError(`${platform} has neither systemd nor launchd`, 'bottled run ROOT runs until it is ended')
  const scope = uid === 0 ? [] : ['--user']
  const systemctl = (...words: readonly string[]): readonly string[] => ['systemctl', ...scope, ...words]
  const folder =
    uid === 0 ? '/etc/systemd/system' : join(homeOf(env, 'XDG_CONFIG_HOME', ['.config']), 'systemd', 'user')
  return {
    kind: 'systemd',
    fileOf: (name) => join(folder, `${name}.service`),
    textOf: (plan) => marked(unitText(plan, { version }), plan.root, 'unit'),
    starting: (name) => [
      systemctl('daemon-reload'),
      systemctl('enable', `${name}.service`),
      systemctl('restart', `${name}.service`),
    ],
    ending: (name) => [systemctl('disable', '--now', `${name}.service`)],
    afterwards: [systemctl('daemon-reload')],
    asking: (name) => [
      ...systemctl('show', `${name}.service`, '--property'),
      'ActiveState,SubState,StatusText,MainPID,NRestarts,UnitFileState,ActiveEnterTimestamp,Result',
    ],
    logOf: (name) => `journalctl ${[...scope, '-u', name, '-o', 'cat'].join(' ')}`,
    missing: async () =>
      existsSync('/run/systemd/system') ? undefined : 'systemd does not run here (no /run/systemd/system)',
  }
}

const launchd = (env: Env, uid: number): Supervisor => {
  const domain = uid === 0 ? 'system' : `gui/${uid}`
  const library = uid === 0 ? '/Library' : join(userHome(env), 'Library')
  const fileOf = (name: string): string =>
    join(library, uid === 0 ? 'LaunchDaemons' : 'LaunchAgents', `${labelOf(name)}.plist`)
  const logOf = (name: string): string => join(library, 'Logs', `${labelOf(name)}.log`)
  return {
    kind: 'launchd',
    fileOf,
    textOf: (plan) => marked(plistText(plan, { log: logOf(plan.name) }), plan.root, 'plist'),
    starting: (name) => [
      ['launchctl', 'enable', `${domain}/${labelOf(name)}`],
      ['launchctl', 'bootstrap', domain, fileOf(name)],
    ],
    ending: (name) => [['launchctl', 'bootout', `${domain}/${labelOf(name)}`]],
    afterwards: [],
    asking: (name) => ['launchctl', 'print', `${domain}/${labelOf(name)}`],
    logOf: (name) => `tail -f ${logOf(name)}`,
    missing: async () => undefined,
  }
}

/** Of the systemd here; 0 if there is none. */
export const systemdVersion = async (env: Env): Promise<number> => {
  const { stdout } = await runCommand({
    file: 'systemctl',
    args: ['--version'],
    env: { PATH: env['PATH'] ?? '' },
    deadlineMs: 10_000,
    umask: 0o077,
  })
  return Number(/^systemd (\d+)/.exec(stdout)?.[1] ?? 0)
}
