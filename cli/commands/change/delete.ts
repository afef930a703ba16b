import { askController, leaveRequest } from '../../change/ask-controller.ts'
import { isRunning, noController } from '../../session/controller.ts'
import { withFeed } from '../../bottles/bottle-feed.ts'
import type { BottleFeed } from '../../bottles/bottle-feed.ts'
import { readRecord } from '../../bottles/bottles.ts'
import type { BottleView, Loaded } from '../../bottles/bottles.ts'
import { removeDocument, writtenOf } from '../../change/change-file.ts'
import { defineCommand, durationMs } from '../../verb/command.ts'
import type { Input } from '../../verb/command.ts'
import { visible } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { createReport, REPORT_OPTIONS } from '../../verb/report.ts'
import type { ReportOptions } from '../../verb/report.ts'
import { confirmed } from '../../verb/confirm.ts'
import { labelSelector } from '../../bottles/select.ts'
import type { Session } from '../../session/session.ts'
import { namesOf, notFound } from '../../bottles/target.ts'
import { parseFor } from '../../bottles/wait-for.ts'
import { waitFor } from '../read/wait.ts'
import { textDiff } from '../../views/text-diff.ts'

interface DeleteOptions extends ReportOptions {
  readonly wait: boolean
  readonly timeout: number
  readonly retain?: boolean
  readonly purge?: boolean
  readonly selector?: string
  readonly all?: boolean
  readonly yes?: boolean
  readonly ignoreNotFound?: boolean
}

export const deleteVerb = defineCommand<DeleteOptions>({
  name: 'delete',
  summary: 'delete bottles: their documents, VMs, bundles and networks',
  arguments: '<type> [name...]',
  completes: 'kind-names',
  details:
    'Delete the documents of bottles and wait until their VMs, bundles and networks are gone.\n\nNaming a bottle confirms its deletion: the guard against mass deletion does not hold it, and there is no time to undo it (bottled run --undo): its disk goes at once. --retain keeps VM, bundle, network and record; --purge deletes them whatever spec.deletionPolicy says, also those of a bottle retained before.',
  examples: [
    'bottlectl delete bottle researcher',
    'bottlectl delete bottle researcher --retain',
    'bottlectl delete bottle researcher --purge',
    'bottlectl delete bottles -l team=search --yes',
  ],
  options: [
    { flags: '--wait', description: 'wait until everything is deleted', default: true },
    { flags: '--no-wait', description: 'return when the document is deleted' },
    { flags: '--timeout <duration>', description: 'how long to wait', default: 120_000, parse: durationMs },
    { flags: '--retain', description: 'keep VM, bundle, network and record' },
    { flags: '--purge', description: 'delete VM, bundle, network and record, even if retained' },
    { flags: '-l, --selector <labels>', description: 'label selector', completes: 'labels' },
    { flags: '--all', description: 'all bottles' },
    { flags: '-y, --yes', description: "with -l or --all: don't ask for confirmation" },
    { flags: '--ignore-not-found', description: 'exit with 0 if a named bottle does not exist' },
    ...REPORT_OPTIONS,
  ],
  run: (input) => withFeed(input.session, (feed) => remove(input, feed)),
})

const remove = async ({ session, args, options }: Input<DeleteOptions>, feed: BottleFeed): Promise<number> => {
  if (options.retain === true && options.purge === true)
    throw new CliError('--retain and --purge exclude each other', 'give one of them', 2)
  const names = namesOf(args)
  const loaded = await feed.look()
  const targets = await targetsOf({ session, names, loaded, options })
  const report = createReport(session, options)
  let exitCode = 0
  const gone: BottleView[] = []
  for (const { view, seen } of targets) {
    if (options.dryRun === true) {
      if (view.file !== undefined) session.say(visible(view.file))
      for (const line of textDiff(seen, '').filter((each) => each.startsWith('- '))) session.say(visible(line))
      report.done(view.name, actionOf(options))
      continue
    }
    const conflict = await removeOne({ session, view, seen }, options).catch(onlyConflicts)
    if (conflict !== undefined) exitCode = session.complain(conflict)
    else if (await shouldWait(session, view, options)) gone.push(view)
    else report.done(view.name, actionOf(options))
  }
  const deadline = session.clock.monotonicMs() + options.timeout
  for (const { name } of gone) {
    const ended = await waitFor({
      session,
      feed,
      name,
      goal: options.retain === true ? RETAINED : parseFor('delete'),
      deadline,
    })
    if (ended === 'met') report.done(name, actionOf(options))
    else exitCode = ended
  }
  report.end()
  if (options.ignoreNotFound === true) return exitCode
  const missing = names.filter((name) => !loaded.bottles.some((bottle) => bottle.name === name))
  return missing.reduce((_, name) => session.complain(notFound(name, loaded.bottles)), exitCode)
}

const RETAINED = {
  kind: 'jsonpath',
  met: (seen: { readonly view: BottleView } | undefined) => seen === undefined || seen.view.left === 'Retained',
} as const

const actionOf = ({ retain, purge }: DeleteOptions): string =>
  retain === true ? 'retained' : purge === true ? 'purged' : 'deleted'

/** The others are deleted all the same. */
const onlyConflicts = (error: unknown): CliError => {
  if (error instanceof CliError && error.reason === 'Conflict') return error
  throw error
}

interface Target {
  readonly view: BottleView
  /** What its document said before anyone was asked. */
  readonly seen: string
}

const targetsOf = async (given: {
  readonly session: Session
  readonly names: readonly string[]
  readonly loaded: Loaded
  readonly options: DeleteOptions
}): Promise<readonly Target[]> => {
  const { session, names, loaded, options } = given
  const seeing = (view: BottleView): Promise<Target> => lookAt(session, view)
  if (names.length > 0) return Promise.all(loaded.bottles.filter(({ name }) => names.includes(name)).map(seeing))
  if (options.selector === undefined && options.all !== true)
    throw new CliError('no bottle name was specified', 'bottlectl delete bottle NAME, or -l LABELS, or --all', 2)
  const select = options.selector === undefined ? () => true : labelSelector(options.selector)
  const found = loaded.bottles.filter((bottle) => bottle.left === undefined && select(bottle))
  const targets = await Promise.all(found.map(seeing))
  if (found.length === 0) session.say('No resources found')
  else if (options.dryRun !== true)
    await confirmed(
      session,
      found.length === 1
        ? `bottle/${found[0]?.name} will be deleted, with its VM and disk`
        : `${found.length} bottles will be deleted, with their VMs and disks: ${found.map(({ name }) => name).join(', ')}`,
      options.yes,
    )
  return targets
}

const lookAt = async (session: Session, view: BottleView): Promise<Target> => ({
  view,
  seen: view.file === undefined ? '' : await writtenOf(session, view),
})

const removeOne = async (
  { session, view, seen }: Target & { readonly session: Session },
  { retain, purge }: DeleteOptions,
): Promise<undefined> => {
  const { name } = view
  const running = await isRunning(session)
  const made = view.identity === undefined ? undefined : await readRecord(session.stateDir, view.identity)
  if (view.file === undefined) {
    if (view.left === 'Retained' && purge !== true)
      throw new CliError(
        `bottle/${name} is retained: its document is already gone`,
        `bottlectl delete bottle ${name} --purge`,
        'Conflict',
      )
    const isParked = view.undoUntil !== undefined
    if (isParked && retain === true)
      throw new CliError(
        `bottle/${name} is being deleted: its VM is stopped, and bundle and network are removed`,
        'put its document back, then delete it with --retain',
        'Conflict',
      )
    if (retain === true && view.left === 'Held') await leaveRequest(session, { kind: 'delete', name, retain })
    else if (purge === true || view.left === 'Held' || isParked)
      await leaveRequest(session, { kind: 'delete', name, ...(purge === true ? { purge } : {}) })
    return undefined
  }
  // The controller must know this before the document is deleted.
  if (retain === true && made !== undefined) {
    if (running) await askController(session, { kind: 'delete', name, retain: true })
    else await leaveRequest(session, { kind: 'delete', name, retain: true })
  }
  await removeDocument(session, view, seen)
  if (retain !== true && made !== undefined)
    await leaveRequest(session, { kind: 'delete', name, ...(purge === true ? { purge } : {}) })
  return undefined
}

const shouldWait = async (session: Session, view: BottleView, { wait }: DeleteOptions): Promise<boolean> => {
  const made = view.identity === undefined ? undefined : await readRecord(session.stateDir, view.identity)
  if (made === undefined || made.name !== view.name || !wait) return false
  if (await isRunning(session)) return true
  session.say(
    `note: ${await noController(session)}: VM, bundle and network of bottle/${view.name} are deleted once one does`,
  )
  return false
}
