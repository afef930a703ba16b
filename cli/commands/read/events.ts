import type { BottleEvent } from '../../../controller/report/event-log.ts'
import { defineCommand } from '../../verb/command.ts'
import { INTERRUPTED } from '../../session/interrupts.ts'
import { loadEvents } from '../../bottles/event-list.ts'
import { stampOf } from '../../bottles/files.ts'
import { listOf } from '../../bottles/object.ts'
import { alignLines, TABLE } from '../../print/columns.ts'
import { CliError } from '../../print/cli-error.ts'
import { EVENT_HEADER, eventRow } from '../../views/event-table.ts'
import { toJson, toJsonLine } from '../../print/json.ts'
import { toYaml } from '../../print/yaml.ts'
import type { Session } from '../../session/session.ts'
import { looseNames } from '../../bottles/target.ts'

interface EventsOptions {
  readonly for?: string
  readonly types?: string
  readonly watch?: boolean
  readonly output?: 'json' | 'yaml'
  readonly headers: boolean
}

export const events = defineCommand<EventsOptions>({
  name: 'events',
  summary: 'list events',
  examples: ['bottlectl events', 'bottlectl events --for bottle/researcher --types Warning', 'bottlectl events -w'],
  options: [
    { flags: '--for <bottle>', description: 'only events of bottle/NAME', completes: 'names' },
    { flags: '--types <types>', description: 'Normal, Warning, or both with a comma' },
    { flags: '-w, --watch', description: 'show new events as they come' },
    { flags: '-o, --output <format>', description: 'json or yaml', choices: ['json', 'yaml'] },
    { flags: '--no-headers', description: "don't print headers" },
  ],
  run: async ({ session, options }) => {
    const select = selectorOf(options)
    const found = (await loadEvents(session.stateDir)).filter(select)
    if (options.output !== undefined && options.watch !== true) {
      session.out((options.output === 'json' ? toJson : toYaml)(listOf(found)))
      return 0
    }
    print(session, found, options, options.headers)
    if (found.length === 0 && options.watch !== true) session.say(`No events found in ${session.root}.`)
    return options.watch === true ? follow(session, found, options, select) : 0
  },
})

const LOOK_MS = 250

type Select = (event: BottleEvent) => boolean

const selectorOf = ({ for: object, types }: EventsOptions): Select => {
  const [name] = object === undefined ? [] : looseNames([object])
  const wanted = types?.split(',').map((type) => type.trim().toLowerCase())
  const unknown = wanted?.find((type) => type !== 'normal' && type !== 'warning')
  if (unknown !== undefined) throw new CliError(`invalid --types "${unknown}"`, 'the types are Normal and Warning', 2)
  return (event) =>
    (name === undefined || event.object === `bottle/${name}`) && wanted?.includes(event.type.toLowerCase()) !== false
}

const print = (session: Session, found: readonly BottleEvent[], { output }: EventsOptions, header: boolean): void => {
  if (found.length === 0) return
  if (output !== undefined) {
    // A stream: JSON one object per line, YAML separated by ---.
    session.out(found.map((event) => (output === 'json' ? toJsonLine(event) : `---\n${toYaml(event)}`)).join(''))
    return
  }
  const now = session.clock.now()
  const lines = alignLines([EVENT_HEADER, ...found.map((event) => eventRow(event, now))], TABLE)
  session.out(
    lines
      .slice(header ? 0 : 1)
      .map((line) => `${line}\n`)
      .join(''),
  )
}

const follow = async (
  session: Session,
  first: readonly BottleEvent[],
  options: EventsOptions,
  select: Select,
): Promise<number> => {
  const key = (event: BottleEvent): string => JSON.stringify(event)
  let known = new Set(first.map(key))
  let header = options.headers && first.length === 0
  let stamp = ''
  for (;;) {
    await session.clock.sleep(LOOK_MS, session.signal).catch(() => undefined)
    if (session.signal.aborted) return INTERRUPTED
    const before = stamp
    stamp = await stampOf(session.stateDir, 'events.jsonl')
    if (stamp === before) continue
    const now = (await loadEvents(session.stateDir)).filter(select)
    const fresh = now.filter((event) => !known.has(key(event)))
    print(session, fresh, options, header && fresh.length > 0)
    if (fresh.length > 0) header = false
    known = new Set(now.map(key))
  }
}
