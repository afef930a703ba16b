import { InvalidArgumentError } from 'commander'
import { createConnection } from '../../../drivers/docker/connection.ts'
import type { Connection } from '../../../drivers/docker/connection.ts'
import { defineCommand, durationMs } from '../../verb/command.ts'
import { INTERRUPTED } from '../../session/interrupts.ts'
import { demultiplex } from '../../../drivers/docker/demultiplex.ts'
import { CONTAINER_OPTION, guided, partOf } from '../../inside/parts.ts'
import type { Part } from '../../inside/parts.ts'
import { logOfMachine, screensOf } from '../../inside/screens.ts'
import { DOCKER_OPTION, SMOLVM_OPTION } from '../../inside/smolvm-child.ts'
import { CliError } from '../../print/cli-error.ts'
import { oneName } from '../../bottles/target.ts'

const LINES = /^(\d+|-1|all)$/

const lineCount = (text: string): string => {
  if (!LINES.test(text)) throw new InvalidArgumentError(`invalid number of lines "${text}"`)
  return text === '-1' ? 'all' : text
}

interface LogsOptions {
  readonly container: 'bundle' | 'machine'
  readonly follow?: boolean
  readonly tail?: string
  readonly previous?: boolean
  readonly since?: number
  readonly timestamps?: boolean
  readonly smolvm: string
  readonly dockerHost?: string
}

export const logs = defineCommand<LogsOptions>({
  name: 'logs',
  summary: 'print the log of the bundle or the VM',
  arguments: '<name...>',
  completes: 'names',
  details:
    'Print the log of the bundle or the VM. On a terminal its colours are left out and other control characters are made visible, as who wrote them is not trusted; a file or a pipe gets every byte.',
  examples: [
    'bottlectl logs researcher',
    'bottlectl logs researcher -c machine -f',
    'bottlectl logs researcher --tail 20 --since 10m',
  ],
  options: [
    { ...CONTAINER_OPTION, default: 'bundle' },
    { flags: '-f, --follow', description: 'stream the log' },
    { flags: '--tail <lines>', description: 'only the last lines: a number, or all', parse: lineCount },
    { flags: '--since <duration>', description: 'bundle: only lines newer than this, like 10m', parse: durationMs },
    { flags: '-p, --previous', description: 'bundle: the log before its last start' },
    { flags: '--timestamps', description: 'bundle: print the time of each line' },
    SMOLVM_OPTION,
    DOCKER_OPTION,
  ],
  run: async ({ session, args, options }) => {
    const name = oneName(args, 'bottlectl logs NAME')
    const part = await partOf(session, name, options.container)
    if (!part.inDocker) {
      const only = (['since', 'previous', 'timestamps'] as const).find((each) => options[each] !== undefined)
      if (only !== undefined)
        throw new CliError(
          `smolvm does not support --${only}`,
          `bottlectl logs ${name} -c machine --tail 100`,
          'BadRequest',
        )
      const more = [
        ...(options.follow === true ? ['-f'] : []),
        ...(options.tail === undefined ? [] : ['--tail', options.tail]),
      ]
      const words = ['machine', 'logs', '--name', part.object, ...more]
      return logOfMachine(session, options.smolvm, words)
    }
    const connection = createConnection({ host: options.dockerHost, env: session.env })
    const since =
      options.since === undefined ? {} : { since: Math.floor((session.clock.now() - options.since) / 1_000) }
    const until = options.previous === true ? { until: await lastEnd(connection, { part, name }, session.signal) } : {}
    const query = {
      stdout: 1,
      stderr: 1,
      follow: options.follow === true && options.previous !== true ? 1 : 0,
      tail: options.tail ?? 'all',
      timestamps: options.timestamps === true ? 1 : 0,
      ...since,
      ...until,
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
    const screens = screensOf(session)
    await demultiplex(stream, (from, bytes) => screens[from].write(bytes)).catch((error: unknown) => {
      if (!session.signal.aborted) throw error
    })
    for (const { end } of Object.values(screens)) end()
    return session.signal.aborted ? INTERRUPTED : 0
  },
})

const NEVER = '0001-01-01T00:00:00Z'

/** When the last run ended: earlier lines are from earlier runs. A recreated bundle starts with an empty log. */
const lastEnd = async (
  connection: Connection,
  { part, name }: { readonly part: Part; readonly name: string },
  signal: AbortSignal,
): Promise<string> => {
  const operation = `inspect ${part.object}`
  const inspecting = connection.json<{ readonly State?: { readonly FinishedAt?: string } }>(
    { operation, doing: 'read', method: 'GET', path: `/containers/${part.object}/json` },
    signal,
  )
  const { State } = await guided(part, name, inspecting)
  const at = State?.FinishedAt ?? NEVER
  if (at === NEVER)
    throw new CliError(`the ${part.kind} of bottle/${name} has not run before`, `bottlectl logs ${name}`, 'NotFound')
  return unixTime(at)
}

/** Keeps the nanoseconds, which Docker understands. */
const unixTime = (iso: string): string =>
  `${Math.floor(Date.parse(iso) / 1_000)}.${(/\.(\d+)/.exec(iso)?.[1] ?? '').padEnd(9, '0')}`
