import { askController, askHeld, leaveRequest } from '../../change/ask-controller.ts'
import { isRunning, noController } from '../../session/controller.ts'
import { loadBottles } from '../../bottles/bottles.ts'
import { defineCommand, durationMs } from '../../verb/command.ts'
import type { Verb } from '../../verb/command.ts'
import { insteadOfRollout } from '../../verb/habits.ts'
import { CliError } from '../../print/cli-error.ts'
import { createReport, REPORT_OPTIONS } from '../../verb/report.ts'
import type { ReportOptions } from '../../verb/report.ts'
import type { Session } from '../../session/session.ts'
import { looseNames, pick } from '../../bottles/target.ts'

interface RequestOptions extends ReportOptions {
  readonly wait: boolean
  readonly timeout: number
  readonly all?: boolean
}

const options = (timeout: number): NonNullable<Verb['options']> => [
  { flags: '--no-wait', description: "send the request and don't wait" },
  {
    flags: '--timeout <duration>',
    description: 'how long to wait for the answer',
    default: timeout,
    parse: durationMs,
  },
  ...REPORT_OPTIONS,
]

const request = (
  verb: { readonly kind: 'reconcile' | 'rollout'; readonly action: string } & Pick<
    Verb,
    'summary' | 'details' | 'examples'
  >,
  timeout: number,
): Verb =>
  defineCommand<RequestOptions>({
    name: verb.kind,
    summary: verb.summary,
    arguments: '[name...]',
    completes: 'names',
    ...(verb.details === undefined ? {} : { details: verb.details }),
    ...(verb.examples === undefined ? {} : { examples: verb.examples }),
    options: [
      ...options(timeout),
      ...(verb.kind === 'reconcile' ? [{ flags: '--all', description: 'all bottles' }] : []),
    ],
    run: async ({ session, args, options: given }) => {
      const loaded = await loadBottles(session)
      const instead = verb.kind === 'rollout' ? insteadOfRollout(args) : undefined
      if (instead !== undefined && !loaded.bottles.some(({ name }) => name === args[0]))
        throw new CliError(`rollout has no subcommand "${args[0]}"`, instead, 2)
      const names =
        given.all === true
          ? loaded.bottles.map(({ name }) => name)
          : looseNames(args).map((name) => pick(loaded, name).name)
      if (names.length === 0) throw new CliError('no bottle name was specified', `bottlectl ${verb.kind} NAME`, 2)
      const report = createReport(session, given)
      let failed = 0
      for (const name of names) {
        if (given.dryRun === true) report.done(name, verb.action)
        else if (!given.wait) {
          await leaveRequest(session, { kind: verb.kind, name })
          report.done(name, `${verb.kind} requested`)
        } else {
          const { ok, message } = await askController(session, { kind: verb.kind, name }, given.timeout)
          report.done(name, ok ? `${verb.action}: ${message}` : `not ${verb.action}`, { ok, message })
          if (!ok) {
            failed += 1
            session.complain(
              new CliError(`bottle/${name}: ${message}`, `bottlectl describe bottle ${name}`, 'Conflict'),
            )
          }
        }
      }
      report.end()
      return failed === 0 ? 0 : 1
    },
  })

export const reconcile = request(
  {
    kind: 'reconcile',
    action: 'reconciled',
    summary: 'reconcile a bottle now',
    details:
      'Ask the controller to reconcile a bottle now, and wait for the result. If no controller runs, the request waits for one.',
    examples: ['bottlectl reconcile researcher', 'bottlectl reconcile --all'],
  },
  120_000,
)

export const rollout = request(
  {
    kind: 'rollout',
    action: 'rolled out',
    summary: 'apply pending changes that recreate the VM and its disk',
    details:
      "Apply the pending changes that recreate the VM (MachineReady False, UpdatePending). The VM's disk is lost. A rebuilt file behind spec.machine.image is used from now on.",
    examples: ['bottlectl diff researcher && bottlectl rollout researcher'],
  },
  600_000,
)

export const confirmDeletes = defineCommand<RequestOptions>({
  name: 'confirm-deletes',
  summary: 'confirm the deletions that the controller holds',
  details:
    'The controller holds deletions when more than half of the bottles (and at least 3) lost their documents within a minute. This command confirms them. --dry-run asks the controller which deletions it holds; if no controller runs, the answer is an estimate.',
  options: options(30_000),
  run: async ({ session, options: given }) => {
    const report = createReport(session, given)
    if (given.dryRun === true) {
      const names = await heldNames(session, given.timeout)
      for (const name of names) report.done(name, 'confirmed')
      if (names.length === 0) session.say('nothing is held')
    } else if (!given.wait) {
      await leaveRequest(session, { kind: 'confirm-deletes' })
    } else {
      const { ok, message } = await askController(session, { kind: 'confirm-deletes' }, given.timeout)
      if (given.output === undefined) session.out(`${message}\n`)
      else report.done('', message, { ok })
      if (!ok) return 1
    }
    report.end()
    return 0
  },
})

/** What the controller holds; without one, or without its answer, what the files tell, and that this is an estimate. */
const heldNames = async (session: Session, timeoutMs: number): Promise<readonly string[]> => {
  const running = await isRunning(session)
  const names = running ? await askHeld(session, timeoutMs) : undefined
  if (names !== undefined) return names
  session.say(
    `note: ${running ? 'the controller does not answer' : await noController(session)}: this is an estimate: all bottles whose documents are gone`,
  )
  return (await loadBottles(session)).bottles.flatMap(({ name, left }) => (left === 'Held' ? [name] : []))
}
