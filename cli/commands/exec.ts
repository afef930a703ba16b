import { createConnection } from '../../drivers/docker-connect.ts'
import { defineCommand } from '../command.ts'
import { demultiplex } from '../demultiplex.ts'
import { CONTAINER_OPTION, guided, partOf } from '../parts.ts'
import { CliError } from '../print/error.ts'
import type { Session } from '../session.ts'
import { DOCKER_OPTION, runSmolvm, SMOLVM_OPTION } from '../smolvm-child.ts'

interface ExecOptions {
  readonly container: 'bundle' | 'machine'
  readonly smolvm: string
  readonly dockerHost?: string
}

export const exec = defineCommand<ExecOptions>({
  name: 'exec',
  summary: 'run a command in the VM, or in the bundle',
  arguments: '<name> [command...]',
  completes: 'names',
  details:
    "Run a command in the VM with this terminal, or in the bundle without input. The exit code is the command's own. Without a command: a shell.",
  examples: [
    'bottlectl exec researcher -- ls /workspace',
    'bottlectl exec researcher',
    'bottlectl exec researcher -c bundle -- cat /etc/os-release',
  ],
  options: [{ ...CONTAINER_OPTION, default: 'machine' }, SMOLVM_OPTION, DOCKER_OPTION],
  run: async ({ session, args, options }) => {
    const [name = '', ...given] = args
    const command = given.length === 0 ? ['/bin/sh'] : given
    const part = await partOf(session, name, options.container)
    if (part.kind === 'bundle') {
      if (given.length === 0)
        throw new CliError(
          'the bundle takes commands without input only',
          `bottlectl exec ${name} -c bundle -- COMMAND, or: docker exec -it ${part.object} sh`,
          2,
        )
      return guided(part, name, inBundle(session, part.object, command, options.dockerHost))
    }
    const terminal = session.terminal.stdin && session.terminal.stdout
    return runSmolvm(session, options.smolvm, [
      'machine',
      'exec',
      '--name',
      part.object,
      '-i',
      ...(terminal ? ['-t'] : []),
      '--',
      ...command,
    ])
  },
})

const inBundle = async (
  session: Session,
  object: string,
  command: readonly string[],
  dockerHost: string | undefined,
): Promise<number> => {
  const connection = createConnection({ host: dockerHost, env: session.env })
  const operation = `run a command in ${object}`
  const body = { AttachStdout: true, AttachStderr: true, Cmd: command }
  const { Id } = await connection.json<{ readonly Id: string }>(
    { operation, doing: 'start', method: 'POST', path: `/containers/${object}/exec`, body },
    session.signal,
  )
  const stream = await connection.open(
    { operation, doing: 'start', method: 'POST', path: `/exec/${Id}/start`, body: { Detach: false, Tty: false } },
    session.signal,
  )
  await demultiplex(stream, (from, bytes) => void (from === 'stdout' ? process.stdout : process.stderr).write(bytes))
  const { ExitCode } = await connection.json<{ readonly ExitCode: number | null }>(
    { operation, doing: 'read', method: 'GET', path: `/exec/${Id}/json` },
    session.signal,
  )
  return ExitCode ?? 1
}
