import { LONGEST_PUSH_MS } from '../../../controller/asks/decide-ask.ts'
import { askController } from '../../change/ask-controller.ts'
import { pickAsk } from '../../bottles/asks.ts'
import type { NamedAsk } from '../../bottles/asks.ts'
import { POLICY_OPTION } from '../../policy/policy-judge.ts'
import { visible } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { agreed } from '../../verb/confirm.ts'
import { defineCommand, durationMs } from '../../verb/command.ts'
import type { Input } from '../../verb/command.ts'
import { createReport, REPORT_OPTIONS } from '../../verb/report.ts'
import { askLines } from '../../views/ask-table.ts'
import { allowEgress } from './allow-egress.ts'
import type { ApproveOptions } from './options.ts'
import { askerOf } from './who.ts'

export const approve = defineCommand<ApproveOptions>({
  name: 'approve',
  summary: 'say yes to an ask of an agent',
  arguments: '<ask>',
  details: [
    'Say yes to what an agent asks. For a host, an entry is added to spec.egress.allow in the file of its bottle, with a comment that names ask and approver; its diff is shown first, and on a terminal you are asked. It is in force within a second of the save, until the time that --for says, else for as long as was asked, else without end.',
    'A question takes --answer; where it has choices, one of them. A permission to use a tool is given once; so is a push, of this commit to this branch, for a day at most (--for).',
    'Where the file cannot be written and the controller runs with --status sidecar, the entry is granted by overlay: it stands in the state folder, is shown by describe and egress check as not in the file, and bottlectl egress revoke takes it back. --overlay does so where it could be written, too.',
    'An approval is for the file that was shown: if somebody changes it meanwhile, the new diff is shown.',
  ].join('\n\n'),
  examples: [
    'bottlectl approve kc7b5po5 --for 1h',
    'bottlectl approve kc7b5po5 --edit',
    'bottlectl approve kc7b5po5 --answer "the second one"',
  ],
  options: [
    { flags: '--for <duration>', description: 'how long it is in force', parse: durationMs },
    { flags: '--edit', description: 'change the entry in your editor first' },
    { flags: '--answer <text>', description: 'the answer to a question' },
    {
      flags: '--overlay',
      description: 'grant a host in the state folder and not in the file, as where that is read-only',
    },
    { flags: '-y, --yes', description: "don't ask for confirmation" },
    POLICY_OPTION,
    ...REPORT_OPTIONS,
  ],
  run: async (input) => {
    const { session, args, options } = input
    if (args.length !== 1) throw new CliError('name one ask', 'bottlectl approve ID; bottlectl asks shows them', 2)
    const named = await pickAsk(session.stateDir, args[0] ?? '')
    for (const line of askLines(named, session.clock.now())) session.say(visible(line))
    const by = askerOf(session)
    const { content } = named.ask
    if (content.kind !== 'egress') {
      if (options.overlay === true) throw new CliError('it is about no host', 'leave --overlay out', 2)
      return answer(input, named, by)
    }
    if (options.answer !== undefined) throw new CliError('it is no question', 'leave --answer out', 2)
    return allowEgress(input, { named, content, by })
  },
})

const answer = async (
  { session, options }: Input<ApproveOptions>,
  { bottle, ask }: NamedAsk,
  by: string,
): Promise<number> => {
  const { content, id } = ask
  const isPush = content.kind === 'push'
  if (options.edit === true || (options.for !== undefined && !isPush))
    throw new CliError('it is about no host', `leave ${isPush ? '' : '--for and '}--edit out`, 2)
  if (options.for !== undefined && options.for > LONGEST_PUSH_MS)
    throw new CliError('an approval of a push ends after a day', 'take a shorter --for', 2)
  if (content.kind === 'question') {
    if (options.answer === undefined)
      throw new CliError('a question needs an answer', `bottlectl approve ${id} --answer TEXT`, 2)
    if (content.choices?.includes(options.answer) === false)
      throw new CliError(
        'the answer is none of its choices',
        content.choices.map((each) => JSON.stringify(each)).join(', '),
        2,
      )
  } else if (options.answer !== undefined) throw new CliError('it is no question', 'leave --answer out', 2)
  else if (options.yes !== true && options.dryRun !== true && session.terminal.stdin && session.terminal.stderr)
    await agreed(session)
  const report = createReport(session, options)
  if (options.dryRun !== true) {
    const said = options.answer === undefined ? {} : { answer: options.answer }
    const end = options.for === undefined ? {} : { until: new Date(session.clock.now() + options.for).toISOString() }
    const decision = { ask: id, verdict: 'approve', by, ...said, ...end } as const
    const { ok, message } = await askController(session, { kind: 'decide', name: bottle, decision })
    if (!ok) throw new CliError(`ask ${id}: ${message}`, 'bottlectl asks', 'Conflict')
  }
  report.done(bottle, `ask ${id} approved`, { ask: id })
  report.end()
  return 0
}
