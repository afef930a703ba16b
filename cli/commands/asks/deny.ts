import { askController } from '../../change/ask-controller.ts'
import { pickAsk } from '../../bottles/asks.ts'
import { CliError } from '../../print/cli-error.ts'
import { defineCommand } from '../../verb/command.ts'
import { createReport, REPORT_OPTIONS } from '../../verb/report.ts'
import type { ReportOptions } from '../../verb/report.ts'
import { askerOf } from './who.ts'

interface DenyOptions extends ReportOptions {
  readonly reason?: string
}

export const deny = defineCommand<DenyOptions>({
  name: 'deny',
  summary: 'say no to an ask of an agent',
  arguments: '<ask...>',
  details: 'Say no to what an agent asks. It is told so, with the reason.',
  examples: ['bottlectl deny kc7b5po5', 'bottlectl deny kc7b5po5 --reason "use the mirror"'],
  options: [{ flags: '--reason <text>', description: 'why; the agent reads it' }, ...REPORT_OPTIONS],
  run: async ({ session, args, options }) => {
    const report = createReport(session, options)
    for (const word of args) {
      const { bottle, ask } = await pickAsk(session.stateDir, word)
      if (options.dryRun !== true) {
        const reason = options.reason === undefined ? {} : { reason: options.reason }
        const decision = { ask: ask.id, verdict: 'deny', by: askerOf(session), ...reason } as const
        const { ok, message } = await askController(session, { kind: 'decide', name: bottle, decision })
        if (!ok) throw new CliError(`ask ${ask.id}: ${message}`, 'bottlectl asks', 'Conflict')
      }
      report.done(bottle, `ask ${ask.id} denied`, { ask: ask.id })
    }
    report.end()
    return 0
  },
})
