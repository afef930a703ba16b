import { createConnection } from '../../../drivers/docker/connection.ts'
import { createSlots } from '../../../drivers/calls/slots.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import { loadBottles } from '../../bottles/bottles.ts'
import { labelSelector } from '../../bottles/select.ts'
import { KIND_NAMES, looseNames, notFound } from '../../bottles/target.ts'
import { partsToMeasure } from '../../inside/measured-bottle.ts'
import { DOCKER_OPTION } from '../../inside/smolvm-child.ts'
import { CliError } from '../../print/cli-error.ts'
import { alignLines, TABLE } from '../../print/columns.ts'
import { toJson } from '../../print/json.ts'
import { USAGE_HEADER, usageLine } from '../../print/usage-table.ts'
import type { Usage, UsageRow } from '../../print/usage-table.ts'
import { isRunning, noController } from '../../session/controller.ts'
import { defineCommand } from '../../verb/command.ts'

interface TopOptions {
  readonly output?: 'json'
  readonly selector?: string
  readonly sortBy?: 'cpu' | 'memory'
  readonly headers: boolean
  readonly dockerHost?: string
}

export const top = defineCommand<TopOptions>({
  name: 'top',
  summary: 'show CPU, memory, disk and network of VMs and bundles',
  arguments: '[bottles] [name...]',
  completes: 'kind-names',
  details:
    'Show what each VM and bundle uses now, measured for a second: a bundle, and an agent in a container, by Docker; a VM by its process. A VM has no network of its own: what it sends and receives goes through its bundle, and counts there. CPU is in thousandths of a processor, memory is what is resident, disk is what is occupied beyond the image.',
  examples: [
    'bottlectl top',
    'bottlectl top researcher',
    'bottlectl top bottles --sort-by memory',
    'bottlectl top -o json',
  ],
  options: [
    { flags: '-o, --output <format>', description: 'json', choices: ['json'] },
    { flags: '-l, --selector <labels>', description: 'label selector', completes: 'labels' },
    { flags: '--sort-by <what>', description: 'cpu or memory, the largest first', choices: ['cpu', 'memory'] },
    { flags: '--no-headers', description: "don't print headers" },
    DOCKER_OPTION,
  ],
  run: async ({ session, args, options }) => {
    const names = looseNames(isKindAlone(args) ? [] : args)
    const loaded = await loadBottles(session)
    const missing = names.find((name) => !loaded.bottles.some((bottle) => bottle.name === name))
    if (missing !== undefined) throw notFound(missing, loaded.bottles)
    if (session.stateDir !== session.lockDir)
      throw new CliError(
        'the last run was simulated: nothing real can be measured',
        'bottled run without --simulate creates it',
        'Conflict',
      )
    const wanted = options.selector === undefined ? undefined : labelSelector(options.selector)
    const bottles = loaded.bottles.filter(
      (bottle) => (names.length === 0 || names.includes(bottle.name)) && wanted?.(bottle) !== false,
    )
    const connection = createConnection({ host: options.dockerHost, env: session.env })
    const slots = createSlots({ most: 16, patienceMs: 20_000 })
    const measured = await Promise.all(
      bottles.flatMap(partsToMeasure).map(({ measure, ...part }) =>
        slots(async () => {
          const usage = await measure(connection, session.signal).catch((error: unknown) => {
            if (session.signal.aborted || !isDriverError(error)) throw error
            session.say(`${part.bottle}: ${part.part}: ${error.message}`)
            return undefined
          })
          return { ...part, usage: usage ?? NOTHING }
        }),
      ),
    )
    const rows = sorted(measured, options.sortBy)
    if (options.output === 'json')
      session.out(toJson({ apiVersion: 'bottlectl.bottled.dev/v1', kind: 'UsageList', items: rows }))
    else if (rows.length > 0)
      session.out(
        `${alignLines([...(options.headers ? [USAGE_HEADER] : []), ...rows.map(usageLine)], TABLE).join('\n')}\n`,
      )
    else session.say(`Nothing runs in ${session.root}.`)
    if (rows.length > 0 && !(await isRunning(session)))
      session.say(`${await noController(session)}: what is shown may be old`)
    return 0
  },
})

/** `bottlectl top bottles`: all. */
const isKindAlone = (args: readonly string[]): boolean =>
  args.length === 1 && KIND_NAMES.some((kind) => kind === args[0])

const NOTHING: Usage = {
  cores: undefined,
  memoryBytes: undefined,
  diskBytes: undefined,
  receivedBytes: undefined,
  sentBytes: undefined,
}

const sorted = <Row extends UsageRow>(rows: readonly Row[], by: 'cpu' | 'memory' | undefined): readonly Row[] => {
  if (by === undefined) return rows
  const key = by === 'cpu' ? 'cores' : 'memoryBytes'
  return rows.toSorted((a, b) => (b.usage[key] ?? -1) - (a.usage[key] ?? -1))
}
