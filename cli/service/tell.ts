import { runCommand } from '../../drivers/calls/subprocess.ts'
import { CliError } from '../print/cli-error.ts'
import type { ServiceSetting } from './make-plan.ts'
import type { Supervisor } from './supervisor.ts'

/** Who is told, and how: a person, and a supervisor. */
export interface ServiceIo {
  say(line: string): void
  readonly setting: ServiceSetting
  readonly platform: NodeJS.Platform
  /** For tests: in place of the one of this machine. */
  readonly supervisor?: Supervisor
}

export const call = ({ setting: { env } }: ServiceIo, [file = '', ...args]: readonly string[]) =>
  runCommand({
    file,
    args,
    env: Object.fromEntries(PASSED.flatMap((key) => (env[key] === undefined ? [] : [[key, env[key] ?? '']]))),
    deadlineMs: 11 * 60_000,
    umask: 0o022,
  })

/** How systemctl finds the manager of this user. */
const PASSED = ['PATH', 'HOME', 'USER', 'LANG', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS']

export const teller =
  (io: ServiceIo) =>
  async (commands: readonly (readonly string[])[]): Promise<void> => {
    for (const command of commands) {
      io.say(`$ ${command.join(' ')}`)
      const { exitCode, stderr } = await call(io, command)
      if (exitCode !== 0)
        throw new CliError(
          `${command.join(' ')} ended with ${exitCode ?? 'a signal'}: ${stderr.trim().split('\n').at(-1) ?? ''}`,
          'bottled service status, and the log it names, say more',
        )
    }
  }
