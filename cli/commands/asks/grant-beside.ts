import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isAllowed } from '../../../egress/asks/allowed.ts'
import type { EgressAsk } from '../../../egress/asks/content.ts'
import { errnoOf } from '../../../drivers/errno.ts'
import { parseFile } from '../../../controller/document/parse.ts'
import { withGrants } from '../../../reconcilers/derive/granted.ts'
import type { EgressAllow } from '../../../schemas/egress.ts'
import type { NamedAsk } from '../../bottles/asks.ts'
import { recordOf } from '../../bottles/bottles.ts'
import type { BottleView } from '../../bottles/bottles.ts'
import { askController } from '../../change/ask-controller.ts'
import { currentText } from '../../change/change-file.ts'
import { policyOfSpec } from '../../egress/bottle-policy.ts'
import { requireAllowed } from '../../policy/policy-judge.ts'
import { visible } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { toYaml } from '../../print/yaml.ts'
import { agreed } from '../../verb/confirm.ts'
import type { Input } from '../../verb/command.ts'
import { createReport } from '../../verb/report.ts'
import type { ApproveOptions } from './options.ts'

/** Why nobody here can write a file of the root, or replace it; undefined: this user can. */
export const unwritable = async (root: string, file: string): Promise<string | undefined> => {
  const path = join(root, file)
  for (const each of [path, dirname(path)]) {
    const errno = await access(each, constants.W_OK).then(
      () => undefined,
      (error: unknown) => errnoOf(error),
    )
    if (errno === 'EROFS') return 'it is on a read-only file system'
    if (errno === 'EACCES' || errno === 'EPERM') return 'this user may not write it'
  }
  return undefined
}

/**
 * Has what was asked granted beside a file that can't be written: by the controller, in the state folder.
 *
 * Guarantees: judged here as the file's own entry would be, and again by the controller, which alone writes it, and only where it
 *   keeps status beside the files, too.
 */
export const grantBeside = async (
  { session, options }: Input<ApproveOptions>,
  {
    named: { bottle, ask },
    view,
    entry,
    content,
    by,
    why,
  }: {
    readonly named: NamedAsk
    readonly view: BottleView
    readonly entry: EgressAllow
    readonly content: EgressAsk
    readonly by: string
    readonly why: string
  },
): Promise<number> => {
  const { file = '', index, line } = view
  const now = session.clock.now()
  const found = parseFile({ path: file, text: await currentText(session, file) }).documents.find(
    (each) => each.index === index,
  )?.bottle
  if (found?.spec.egress === undefined)
    throw new CliError(
      `${file}: ${why}, and without spec.egress there is nothing that it could be added to`,
      'write spec.egress where the file comes from',
      'Conflict',
    )
  const before = (await recordOf(session, view))?.grants ?? []
  const grant = { ask: ask.id, by, at: new Date(now).toISOString(), entry }
  const policy = policyOfSpec(withGrants(found.spec, before))?.policy
  const report = createReport(session, options)
  if (policy !== undefined && isAllowed(policy, content, now)) {
    session.say(`bottle/${bottle} may reach it already`)
    report.done(bottle, 'unchanged', { ask: ask.id })
    report.end()
    return 0
  }
  session.say(`${visible(file)}: ${why}; this is granted beside it, in the state folder, and never stands in the file:`)
  for (const each of toYaml([entry]).trimEnd().split('\n')) session.say(`+ ${visible(each)}`)
  const granted = { ...found, spec: withGrants(found.spec, [...before, grant]) }
  await requireAllowed(session, [{ bottle: granted, file: join(session.root, file), path: file, line }], options)
  if (options.dryRun !== true) {
    if (options.yes !== true && session.terminal.stdin && session.terminal.stderr) await agreed(session)
    const decision = { ask: ask.id, verdict: 'approve', by, entry } as const
    const { ok, message } = await askController(session, { kind: 'decide', name: bottle, decision })
    if (!ok) throw new CliError(`ask ${ask.id}: ${message}`, `edit ${file} where it comes from`, 'Conflict')
  }
  report.done(bottle, `ask ${ask.id} approved`, { ask: ask.id })
  report.end()
  return 0
}
