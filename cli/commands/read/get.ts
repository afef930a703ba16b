import { lastRun } from '../../../controller/state/last-run.ts'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import { withFeed } from '../../bottles/bottle-feed.ts'
import type { BottleFeed } from '../../bottles/bottle-feed.ts'
import { loadBottles, recordOf } from '../../bottles/bottles.ts'
import type { BottleView, Loaded } from '../../bottles/bottles.ts'
import { isRunning, noController, whyUnseen } from '../../session/controller.ts'
import { readOutages } from '../../../controller/state/outages.ts'
import { defineCommand } from '../../verb/command.ts'
import { INTERRUPTED } from '../../session/interrupts.ts'
import { listOf, objectOf } from '../../bottles/object.ts'
import { columnCells, guarded, parseOutput } from '../../print/output-format.ts'
import type { Output } from '../../print/output-format.ts'
import { alignLines, TABLE } from '../../print/columns.ts'
import { headerOf, rowOf } from '../../views/bottle-table.ts'
import type { TableOptions } from '../../views/bottle-table.ts'
import { unverifiedNotes } from '../../views/unverified.ts'
import { undoNotes } from '../../views/undo-line.ts'
import { naturalOrder } from '../../print/natural-order.ts'
import { toJson } from '../../print/json.ts'
import { evaluate, parsePath } from '../../print/jsonpath.ts'
import { fieldSelector, labelSelector } from '../../bottles/select.ts'
import { runCommand } from '../../session/run-command.ts'
import type { Session } from '../../session/session.ts'
import { namesOf, notFound } from '../../bottles/target.ts'
import { watchBottles } from '../../bottles/watch.ts'

export interface GetOptions {
  readonly output?: string
  readonly selector?: string
  readonly fieldSelector?: string
  readonly watch?: boolean
  readonly watchOnly?: boolean
  readonly outputWatchEvents?: boolean
  readonly sortBy?: string
  readonly headers: boolean
  readonly showLabels?: boolean
  readonly labelColumns?: readonly string[]
  readonly ignoreNotFound?: boolean
}

export const get = defineCommand<GetOptions>({
  name: 'get',
  summary: 'show bottles',
  arguments: '<type> [name...]',
  completes: 'kind-names',
  details:
    'Show bottles, from the files alone.\n\nA status of an earlier spec shows as "Ready (stale)" with READY Unknown; in json and yaml its observedGeneration is less than metadata.generation. A status that is not from the controller of this root (its uid is not that of the record in the state folder) shows as "Unverified"; in json and yaml it is left out.',
  examples: [
    'bottlectl get bottles',
    'bottlectl get bottle researcher -o yaml',
    "bottlectl get bt -l team=search -o jsonpath='{.items[*].status.bundle.ip}'",
    'bottlectl get b --field-selector status.phase!=Ready -w',
  ],
  options: [
    {
      flags: '-o, --output <format>',
      description:
        'wide, json, yaml, name, jsonpath=TEMPLATE, jsonpath-file=FILE, custom-columns=SPEC, custom-columns-file=FILE',
      completes: 'outputs',
    },
    {
      flags: '-l, --selector <labels>',
      description: "label selector: a=b, a!=b, 'a in (b,c)', a, !a; a comma is AND",
      completes: 'labels',
    },
    {
      flags: '--field-selector <fields>',
      description: 'metadata.name, status.phase, spec.agent, spec.suspend, spec.bundle.image with =, == or !=',
    },
    { flags: '-w, --watch', description: 'after listing, show changes as they come' },
    { flags: '--watch-only', description: 'show changes without listing first' },
    { flags: '--output-watch-events', description: 'with --watch: show ADDED, MODIFIED or DELETED' },
    { flags: '--sort-by <path>', description: 'sort by a JSONPath, like .status.startedAt' },
    { flags: '--no-headers', description: "don't print headers" },
    { flags: '--show-labels', description: 'show labels as the last column' },
    {
      flags: '-L, --label-columns <key>',
      description: 'a column for this label (repeatable, or with commas)',
      repeatable: true,
    },
    { flags: '--ignore-not-found', description: 'exit with 0 if a named bottle does not exist' },
  ],
  run: async ({ session, args, options }) => {
    const names = namesOf(args)
    const output = await parseOutput(options.output)
    const select = selectorOf(names, options)
    if (options.watch === true || options.watchOnly === true)
      return withFeed(session, (feed) => watch({ session, output, options, select, feed }))
    const loaded = await loadBottles(session)
    const found = sorted(loaded.bottles.filter(select), options)
    const missing = names.filter((name) => !loaded.bottles.some((bottle) => bottle.name === name))
    // One name that is not found prints nothing, not even an empty list.
    if (names.length !== 1 || found.length > 0)
      await print({ session, output, options, single: names.length === 1 }, found)
    warnUnparsed(session, loaded, found, names.length === 0)
    if (names.length === 0) {
      if (found.length === 0 && output.kind !== 'json' && output.kind !== 'yaml')
        session.say(`No resources found in ${session.root}.`)
    }
    for (const note of unverifiedNotes(found)) session.say(note)
    for (const note of undoNotes(found, session.clock.now())) session.say(note)
    if (found.length > 0) await noteController(session)
    if (options.ignoreNotFound === true) return 0
    return missing.reduce((_, name) => session.complain(notFound(name, loaded.bottles)), 0)
  },
})

const selectorOf = (names: readonly string[], options: GetOptions): ((bottle: BottleView) => boolean) => {
  const byLabel = options.selector === undefined ? undefined : labelSelector(options.selector)
  const byField = options.fieldSelector === undefined ? undefined : fieldSelector(options.fieldSelector)
  return (bottle) =>
    (names.length === 0 || names.includes(bottle.name)) && byLabel?.(bottle) !== false && byField?.(bottle) !== false
}

interface Printing {
  readonly session: Session
  readonly output: Output
  readonly options: GetOptions
  readonly single: boolean
}

const print = async ({ session, output, options, single }: Printing, bottles: readonly BottleView[]): Promise<void> => {
  if (output.kind === 'table') {
    if (bottles.length === 0) return
    const table = tableOptions(session, output, options)
    const lines = [...(options.headers ? [headerOf(table)] : []), ...bottles.map((bottle) => rowOf(bottle, table))]
    return session.out(`${alignLines(lines, TABLE).join('\n')}\n`)
  }
  if (output.kind === 'name') return session.out(bottles.map(({ name }) => `bottle.bottled.dev/${name}\n`).join(''))
  const objects = await Promise.all(bottles.map((bottle) => objectFrom(session, bottle)))
  if (output.kind === 'columns') {
    const lines = [
      ...(options.headers ? [output.columns.map(({ header }) => header).join('\t')] : []),
      ...objects.map((object) => columnCells(output.columns, object)),
    ]
    return session.out(`${alignLines(lines, TABLE).join('\n')}\n`)
  }
  const whole = single ? objects[0] : listOf(objects)
  if (output.kind === 'jsonpath') return session.out(output.print(whole))
  if (output.kind === 'json') return session.out(toJson(whole))
  const { toYaml } = await import('../../print/yaml.ts')
  session.out(toYaml(whole))
}

const objectFrom = async (session: Session, bottle: BottleView): Promise<unknown> =>
  objectOf(bottle, await recordOf(session, bottle))

const tableOptions = (session: Session, output: { readonly wide: boolean }, options: GetOptions): TableOptions => ({
  wide: output.wide,
  showLabels: options.showLabels === true,
  labelColumns: (options.labelColumns ?? []).flatMap((keys) => keys.split(',')),
  watchEvents: options.outputWatchEvents === true && (options.watch === true || options.watchOnly === true),
  now: session.clock.now(),
  paint: session.paint,
})

const sorted = (bottles: readonly BottleView[], { sortBy }: GetOptions): readonly BottleView[] => {
  if (sortBy === undefined) return bottles
  const path = guarded(() => parsePath(sortBy))
  const keyed = bottles.map((bottle) => ({ bottle, key: evaluate(path, objectOf(bottle, undefined))[0] }))
  return keyed.toSorted((a, b) => compare(a.key, b.key)).map(({ bottle }) => bottle)
}

/** Missing values come first. */
const compare = (a: unknown, b: unknown): number => {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return naturalOrder(String(a), String(b))
}

const warnUnparsed = (
  session: Session,
  { unparsed, unreadable }: Loaded,
  shown: readonly BottleView[],
  all: boolean,
): void => {
  const hidden = shown.filter((bottle) => bottle.hidden === true)
  for (const { name, complaints } of hidden) {
    const why = complaints.map(formatComplaint).join('; ')
    session.say(`warning: ${why}; bottle/${name} is shown with its last valid spec`)
  }
  if (!all) return
  const reported = new Set(hidden.flatMap(({ complaints }) => complaints.map(formatComplaint)))
  for (const line of unparsed.map(formatComplaint)) if (!reported.has(line)) session.say(`warning: not shown: ${line}`)
  for (const folder of unreadable) session.say(`warning: not shown: ${folder} can't be read`)
}

export const noteController = async (session: Session): Promise<void> => {
  const { simulated, known } = await lastRun(session.lockDir)
  if (known === 'running' || (await isRunning(session))) {
    for (const { message, since } of await readOutages(session.stateDir))
      session.say(`note: the status may be out of date: ${message} (since ${since})`)
    return
  }
  const isNew = known === 'never' && (await whyUnseen(session)) === undefined
  if (isNew && (await loadBottles(session)).bottles.every(({ status }) => status === undefined)) {
    session.say(`note: no controller has run on ${session.root} yet: ${await runCommand(session)}`)
    return
  }
  session.say(
    `note: ${await noController(session)}: the status is from the last ${simulated ? 'simulated ' : ''}run (${await runCommand(session)})`,
  )
  if (known === 'guessed')
    session.say(`note: there is also state of a ${simulated ? 'real' : 'simulated'} run; the newer is shown`)
}

const watch = async ({
  session,
  output,
  options,
  select,
  feed,
}: Omit<Printing, 'single'> & {
  readonly select: (bottle: BottleView) => boolean
  readonly feed: BottleFeed
}): Promise<number> => {
  if (options.sortBy !== undefined) session.say('warning: --watch or --watch-only requested, --sort-by will be ignored')
  let headers = options.headers
  let widths: readonly number[] = []
  let first = true
  for await (const changes of watchBottles({
    feed,
    signal: session.signal,
    select,
    skipFirst: options.watchOnly === true,
  })) {
    if (first && options.watchOnly !== true) await noteController(session)
    first = false
    if (output.kind !== 'table') {
      for (const { bottle } of changes) await print({ session, output, options, single: true }, [bottle])
      continue
    }
    const table = tableOptions(session, output, options)
    const rows = changes.map(({ bottle, event }) => rowOf(bottle, table, event))
    const all = [...(headers && rows.length > 0 ? [headerOf(table)] : []), ...rows]
    if (rows.length > 0) headers = false
    widths = widen(widths, all)
    // A row as wide as all earlier rows keeps the columns in place.
    const lines = alignLines([widths.map((width) => 'x'.repeat(width)).join('\t'), ...all], TABLE).slice(1)
    session.out(lines.map((line) => `${line}\n`).join(''))
  }
  return session.signal.aborted ? INTERRUPTED : 0
}

const widen = (widths: readonly number[], lines: readonly string[]): readonly number[] => {
  const cells = lines.map((line) => line.split('\t').map((text) => text.replace(ESCAPES, '').length))
  const count = Math.max(widths.length, ...cells.map((row) => row.length))
  return Array.from({ length: count }, (_, column) =>
    Math.max(widths[column] ?? 0, ...cells.map((row) => row[column] ?? 0)),
  )
}

const ESCAPES = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')
