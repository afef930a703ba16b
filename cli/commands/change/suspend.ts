import { formatComplaint } from '../../../controller/document/complaint.ts'
import { editDocument } from '../../../controller/edit/set-value.ts'
import { isRunning, noController } from '../../session/controller.ts'
import { runCommand } from '../../session/run-command.ts'
import { withFeed } from '../../bottles/bottle-feed.ts'
import type { BottleFeed } from '../../bottles/bottle-feed.ts'
import { changeDocument, currentText } from '../../change/change-file.ts'
import { defineCommand, durationMs } from '../../verb/command.ts'
import type { Input, Verb } from '../../verb/command.ts'
import { visible } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { createReport, REPORT_OPTIONS } from '../../verb/report.ts'
import type { ReportOptions } from '../../verb/report.ts'
import { looseNames, pick } from '../../bottles/target.ts'
import { conditionGoal, parseFor } from '../../bottles/wait-for.ts'
import { waitFor } from '../read/wait.ts'
import { textDiff } from '../../views/text-diff.ts'

interface SuspendOptions extends ReportOptions {
  readonly wait: boolean
  readonly timeout: number
}

const define = (name: 'suspend' | 'resume', summary: string, details: string): Verb =>
  defineCommand<SuspendOptions>({
    name,
    summary,
    arguments: '<name...>',
    completes: 'names',
    details,
    examples: [`bottlectl ${name} researcher`],
    options: [
      { flags: '--no-wait', description: 'return when the file is written' },
      { flags: '--timeout <duration>', description: 'how long to wait', default: 300_000, parse: durationMs },
      ...REPORT_OPTIONS,
    ],
    run: (input) => withFeed(input.session, (feed) => change(input, { feed, suspended: name === 'suspend' })),
  })

const change = async (
  { session, args, options }: Input<SuspendOptions>,
  { feed, suspended }: { readonly feed: BottleFeed; readonly suspended: boolean },
): Promise<number> => {
  const loaded = await feed.look()
  const views = looseNames(args).map((each) => pick(loaded, each))
  const report = createReport(session, options)
  const running = await isRunning(session)
  const deadline = session.clock.monotonicMs() + options.timeout
  let exitCode = 0
  for (const view of views) {
    const [complaint] = view.complaints
    if (complaint !== undefined)
      throw new CliError(
        `bottle/${view.name} is invalid: ${formatComplaint(complaint)}`,
        `bottlectl edit bottle ${view.name}`,
        'Invalid',
      )
    const same = (view.spec.suspend ?? false) === suspended
    // Resume writes `false` and keeps the field: a person may have written it.
    const edit = (text: string, index: number): string =>
      editDocument({
        text,
        index,
        path: ['spec', 'suspend'],
        value: suspended,
        json: view.file?.endsWith('.json') === true,
      })
    const outcome = same ? 'unchanged' : suspended ? 'suspended' : 'resumed'
    if (options.dryRun === true) {
      if (!same && view.file !== undefined) {
        const text = await currentText(session, view.file)
        session.say(visible(view.file))
        for (const line of textDiff(text, edit(text, view.index))) session.say(visible(line))
      }
      report.done(view.name, outcome)
      continue
    }
    if (!same) await changeDocument(session, view, edit)
    if (options.wait && running) {
      const goal = suspended ? parseFor('jsonpath={.status.phase}=Suspended') : conditionGoal('Ready', 'true')
      const ended = await waitFor({ session, feed, name: view.name, goal, deadline })
      if (ended !== 'met') {
        exitCode = ended
        continue
      }
    }
    report.done(view.name, outcome)
  }
  if (!running && options.wait && options.dryRun !== true)
    session.say(
      `note: ${await noController(session)}: the files are changed, and a controller applies them once it runs (${await runCommand(session)})`,
    )
  report.end()
  return exitCode
}

export const suspend = define(
  'suspend',
  'stop VM and bundle, keep disk, network and record',
  'Set spec.suspend in the file, and wait until VM and bundle are stopped.',
)
export const resume = define(
  'resume',
  'start a suspended bottle again',
  'Set spec.suspend to false in the file, and wait until the bottle is ready.',
)
