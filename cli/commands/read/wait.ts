import { formatComplaint } from '../../../controller/document/complaint.ts'
import { withFeed } from '../../bottles/bottle-feed.ts'
import type { BottleFeed } from '../../bottles/bottle-feed.ts'
import { recordOf } from '../../bottles/bottles.ts'
import type { BottleView, Loaded } from '../../bottles/bottles.ts'
import { defineCommand, durationMs } from '../../verb/command.ts'
import { INTERRUPTED } from '../../session/interrupts.ts'
import { objectOf } from '../../bottles/object.ts'
import { unverifiedLine } from '../../views/unverified.ts'
import { waitingLine } from '../../views/waiting-line.ts'
import { CliError } from '../../print/cli-error.ts'
import { labelSelector } from '../../bottles/select.ts'
import type { Session } from '../../session/session.ts'
import { namesOf, notFound } from '../../bottles/target.ts'
import { parseFor } from '../../bottles/wait-for.ts'
import type { Goal } from '../../bottles/wait-for.ts'

interface WaitOptions {
  readonly for?: readonly string[]
  readonly timeout: number
  readonly selector?: string
  readonly all?: boolean
}

const WEEK_MS = 7 * 24 * 3_600_000
const TIMED_OUT = 4
/** How often the elapsed time is redrawn on a terminal. */
const TICK_MS = 1_000

export const wait = defineCommand<WaitOptions>({
  name: 'wait',
  summary: 'wait for a condition of bottles',
  arguments: '<type> [name...]',
  completes: 'kind-names',
  details:
    'Wait until each bottle meets the conditions.\n\nWith several --for all must be met; create is checked first, the others in order. A condition counts only for the spec that is in the file now, and only as the controller of this root recorded it. Exits with 4 on timeout, 3 if there is nothing to wait for.',
  examples: [
    'bottlectl wait bottle researcher --for=condition=Ready --timeout=5m',
    'bottlectl wait bottle/researcher --for=delete',
    "bottlectl wait b --all --for=jsonpath='{.status.phase}'=Suspended",
    'bottlectl wait b x --for=create --for=condition=Ready',
  ],
  options: [
    {
      flags: '--for <goal>',
      description: 'condition=TYPE[=VALUE], delete, create, jsonpath=PATH[=VALUE] (repeatable)',
      repeatable: true,
    },
    {
      flags: '--timeout <duration>',
      description: '0 checks once, a negative value waits a week',
      default: 30_000,
      parse: durationMs,
    },
    { flags: '-l, --selector <labels>', description: 'label selector', completes: 'labels' },
    { flags: '--all', description: 'all bottles' },
  ],
  run: async ({ session, args, options }) => {
    const names = namesOf(args)
    if (options.for === undefined)
      throw new CliError(
        '--for is required',
        '--for=condition=Ready, --for=delete, --for=create or --for=jsonpath=PATH=VALUE',
        2,
      )
    const goals = options.for.map(parseFor).sort((a, b) => Number(b.kind === 'create') - Number(a.kind === 'create'))
    return withFeed(session, async (feed) => {
      const targets = names.length > 0 ? names : await selected(await feed.look(), options)
      const deadline = session.clock.monotonicMs() + (options.timeout < 0 ? WEEK_MS : options.timeout)
      let exitCode = 0
      for (const name of targets) {
        let met = true
        for (const goal of goals) {
          const ended = await waitFor({ session, feed, name, goal, deadline })
          if (ended === 'met') continue
          exitCode = ended
          met = false
          break
        }
        if (session.signal.aborted) return INTERRUPTED
        if (met) session.out(`bottle.bottled.dev/${name} condition met\n`)
      }
      return exitCode
    })
  },
})

const selected = async (loaded: Loaded, { selector, all }: WaitOptions): Promise<readonly string[]> => {
  if (selector === undefined && all !== true)
    throw new CliError('no bottle name was specified', 'name one, or give -l LABELS or --all', 2)
  const select = selector === undefined ? () => true : labelSelector(selector)
  const names = loaded.bottles.filter(select).map(({ name }) => name)
  if (names.length === 0) throw new CliError('no matching resources found', 'bottlectl get bottles --show-labels', 3)
  return names
}

interface Waiting {
  readonly session: Session
  readonly feed: BottleFeed
  readonly name: string
  readonly goal: Goal
  readonly deadline: number
}

/** The exit code if it isn't met. */
export const waitFor = async ({ session, feed, name, goal, deadline }: Waiting): Promise<'met' | number> => {
  const { clock, progress, signal } = session
  const since = clock.monotonicMs()
  try {
    for (;;) {
      const { bottles } = await feed.look()
      const bottle = bottles.find((one) => one.name === name)
      if (goal.met(bottle === undefined ? undefined : await seen(session, bottle))) return 'met'
      if (bottle === undefined && goal.kind !== 'create') return session.complain(notFound(name, bottles))
      const now = clock.monotonicMs()
      if (now >= deadline)
        return session.complain(
          new CliError(`timed out waiting for the condition on bottles/${name}`, why(bottle), TIMED_OUT),
        )
      progress.show(waitingLine({ name, bottle, forMs: now - since, now: session.clock.now() }))
      await feed.changed(Math.min(deadline - now, progress.shown ? TICK_MS : Number.POSITIVE_INFINITY))
      if (signal.aborted) return INTERRUPTED
    }
  } finally {
    progress.clear()
  }
}

const seen = async (
  session: Session,
  bottle: BottleView,
): Promise<{ readonly view: BottleView; readonly object: unknown }> => ({
  view: bottle,
  object: objectOf(bottle, await recordOf(session, bottle)),
})

/** Why the goal is not met, in one line. */
const why = (bottle: BottleView | undefined): string => {
  if (bottle === undefined) return 'bottlectl get bottles'
  const ready = bottle.status?.conditions.find(({ type }) => type === 'Ready')
  const [complaint] = bottle.complaints
  if (complaint !== undefined && bottle.stale)
    return `${formatComplaint(complaint)}; bottlectl describe bottle ${bottle.name}`
  const unverified = unverifiedLine(bottle)
  if (unverified !== undefined) return `${unverified}; bottlectl describe bottle ${bottle.name}`
  const said =
    ready === undefined || bottle.stale || ready.status === 'True'
      ? ''
      : `${ready.reason}${ready.message === '' ? '' : `: ${ready.message}`}; `
  return `${said}bottlectl describe bottle ${bottle.name}`
}
