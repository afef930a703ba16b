import { createConnection } from '../../../drivers/docker/connection.ts'
import { defineCommand } from '../../verb/command.ts'
import { asAgent } from '../../inside/as-agent.ts'
import { execInContainer } from '../../inside/docker-exec.ts'
import { INTERRUPTED } from '../../session/interrupts.ts'
import { CONTAINER_OPTION, guided, partOf } from '../../inside/parts.ts'
import type { Part } from '../../inside/parts.ts'
import type { Session } from '../../session/session.ts'
import { DOCKER_OPTION, runSmolvm, SMOLVM_OPTION } from '../../inside/smolvm-child.ts'

interface ExecOptions {
  readonly stdin?: boolean
  readonly tty?: boolean
  readonly container: 'bundle' | 'machine'
  readonly smolvm: string
  readonly dockerHost?: string
}

export const exec = defineCommand<ExecOptions>({
  name: 'exec',
  summary: 'run a command in the VM or in the bundle',
  arguments: '<name> [command...]',
  completes: 'names',
  details:
    'Run a command in the VM or in the bundle. stdin, stdout, stderr and the terminal are connected by default: -i and -t are not needed. The exit code is that of the command. Without a command: a shell. What the command writes goes to the terminal as it is, escape sequences too; for text that is not trusted: bottlectl exec NAME -- CMD | cat -v.',
  examples: [
    'bottlectl exec researcher -- ls /workspace',
    'bottlectl exec researcher',
    'bottlectl exec researcher -c bundle -- cat /etc/os-release',
    'tar c src | bottlectl exec researcher -- tar x -C /workspace',
  ],
  options: [
    { ...CONTAINER_OPTION, default: 'machine' },
    { flags: '-i, --stdin', description: 'pass stdin to the command (the default)' },
    { flags: '--no-stdin', description: "don't pass stdin, so that a shell loop keeps its input" },
    { flags: '-t, --tty', description: 'allocate a terminal (default: if stdin and stdout are terminals)' },
    SMOLVM_OPTION,
    DOCKER_OPTION,
  ],
  run: async ({ session, args, options }) => {
    const [name = '', ...given] = args
    const command = given.length === 0 ? ['/bin/sh'] : given
    const part = await partOf(session, name, options.container)
    const tty = options.tty ?? (session.terminal.stdin && session.terminal.stdout)
    if (part.inDocker) {
      const words = part.kind === 'bundle' ? command : await asAgent(session, part.object, command)
      return guided(part, name, inContainer(session, { part, command: words, tty }, options))
    }
    const flags = [...(options.stdin === false ? [] : ['-i']), ...(tty ? ['-t'] : [])]
    return runSmolvm(session, options.smolvm, ['machine', 'exec', '--name', part.object, ...flags, '--', ...command])
  },
})

const inContainer = async (
  session: Session,
  { part, command, tty }: { readonly part: Part; readonly command: readonly string[]; readonly tty: boolean },
  options: ExecOptions,
): Promise<number> => {
  const { stdin, stdout, stderr } = process
  const connection = createConnection({ host: options.dockerHost, env: session.env })
  try {
    return await execInContainer(
      connection,
      {
        container: part.object,
        command,
        input: options.stdin === false ? undefined : stdin,
        stdout,
        stderr,
        terminal: tty ? { keyboard: stdin, screen: stdout } : undefined,
      },
      session.signal,
    )
  } catch (error) {
    if (session.signal.aborted) return INTERRUPTED
    throw error
  } finally {
    // An open stdin would keep this process alive.
    stdin.destroy()
  }
}
