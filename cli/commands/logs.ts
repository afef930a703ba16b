import { createConnection } from '../../drivers/docker-connect.ts'
import { defineCommand, durationMs } from '../command.ts'
import { demultiplex } from '../demultiplex.ts'
import { CONTAINER_OPTION, guided, partOf } from '../parts.ts'
import { DOCKER_OPTION, runSmolvm, SMOLVM_OPTION } from '../smolvm-child.ts'
import { oneName } from '../target.ts'

interface LogsOptions {
  readonly container: 'bundle' | 'machine'
  readonly follow?: boolean
  readonly tail?: string
  readonly since?: number
  readonly timestamps?: boolean
  readonly smolvm: string
  readonly dockerHost?: string
}

export const logs = defineCommand<LogsOptions>({
  name: 'logs',
  summary: 'show what the bundle or the VM printed',
  arguments: '<name...>',
  completes: 'names',
  examples: [
    'bottlectl logs researcher',
    'bottlectl logs researcher -c machine -f',
    'bottlectl logs researcher --tail 20 --since 10m',
  ],
  options: [
    { ...CONTAINER_OPTION, default: 'bundle' },
    { flags: '-f, --follow', description: 'go on with what comes' },
    { flags: '--tail <lines>', description: 'only the last lines' },
    { flags: '--since <duration>', description: 'bundle: only of the last while', parse: durationMs },
    { flags: '--timestamps', description: 'bundle: with the time of each line' },
    SMOLVM_OPTION,
    DOCKER_OPTION,
  ],
  run: async ({ session, args, options }) => {
    const name = oneName(args, 'bottlectl logs NAME')
    const part = await partOf(session, name, options.container)
    if (part.kind === 'machine') {
      const more = [
        ...(options.follow === true ? ['-f'] : []),
        ...(options.tail === undefined ? [] : ['--tail', options.tail]),
      ]
      return runSmolvm(session, options.smolvm, ['machine', 'logs', '--name', part.object, ...more])
    }
    const connection = createConnection({ host: options.dockerHost, env: session.env })
    const since =
      options.since === undefined ? {} : { since: Math.floor((session.clock.now() - options.since) / 1_000) }
    const query = {
      stdout: 1,
      stderr: 1,
      follow: options.follow === true ? 1 : 0,
      tail: options.tail ?? 'all',
      timestamps: options.timestamps === true ? 1 : 0,
      ...since,
    }
    const opening = connection.open(
      {
        operation: `read the log of ${part.object}`,
        doing: 'read',
        method: 'GET',
        path: `/containers/${part.object}/logs`,
        query,
      },
      session.signal,
    )
    const stream = await guided(part, name, opening)
    await demultiplex(
      stream,
      (from, bytes) => void (from === 'stdout' ? process.stdout : process.stderr).write(bytes),
    ).catch((error: unknown) => {
      if (!session.signal.aborted) throw error
    })
    return session.signal.aborted ? 130 : 0
  },
})
