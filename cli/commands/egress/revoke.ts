import { recordOf } from '../../bottles/bottles.ts'
import { askController } from '../../change/ask-controller.ts'
import { visible } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { createReport } from '../../verb/report.ts'
import { askerOf } from '../asks/who.ts'
import { namedBottle } from './run.ts'
import type { Run } from './run.ts'

/** Takes back what was granted beside a bottle's file. */
export const revoke = async ({ session, args, options }: Run): Promise<number> => {
  const [word, id, ...more] = args
  if (word === undefined || id === undefined || more.length > 0)
    throw new CliError('a bottle and the ask that was approved are needed', 'bottlectl egress revoke NAME ASK', 2)
  const view = await namedBottle(session, word)
  const grants = (await recordOf(session, view))?.grants ?? []
  const found = grants.filter(({ ask }) => ask === id || (id.length >= 3 && ask.startsWith(id)))
  const [grant] = found
  if (grant === undefined || found.length > 1)
    throw new CliError(
      `${grant === undefined ? 'nothing is' : 'more than one is'} granted beside the file of bottle/${view.name} for ask "${visible(id)}"`,
      grants.length === 0
        ? `what stands in ${visible(view.file ?? 'the file')} is taken back there`
        : `granted are ${grants.map(({ ask, entry }) => `${ask} (${visible(entry.host)})`).join(', ')}`,
      3,
    )
  const report = createReport(session, options)
  if (options.dryRun !== true) {
    const decision = { ask: grant.ask, verdict: 'revoke', by: askerOf(session) } as const
    const { ok, message } = await askController(session, { kind: 'decide', name: view.name, decision })
    if (!ok) throw new CliError(message, `bottlectl describe bottle ${view.name}`, 'Conflict')
  }
  report.done(view.name, `grant of ask ${grant.ask} revoked`, { ask: grant.ask })
  report.end()
  return 0
}
