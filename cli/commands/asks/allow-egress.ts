import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'
import { entryOf } from '../../../controller/asks/entry.ts'
import { parseFile } from '../../../controller/document/parse.ts'
import { remarked } from '../../../controller/edit/remark.ts'
import { editDocument } from '../../../controller/edit/set-value.ts'
import { isAllowed } from '../../../egress/asks/allowed.ts'
import type { EgressAsk } from '../../../egress/asks/content.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import type { EgressAllow } from '../../../schemas/egress.ts'
import type { NamedAsk } from '../../bottles/asks.ts'
import { loadBottles } from '../../bottles/bottles.ts'
import type { BottleView } from '../../bottles/bottles.ts'
import { pick } from '../../bottles/target.ts'
import { leaveRequest } from '../../change/ask-controller.ts'
import { changeDocument, currentText } from '../../change/change-file.ts'
import { policyOfSpec } from '../../egress/bottle-policy.ts'
import { readPolicyFile } from '../../egress/policy-file.ts'
import { requireAllowed } from '../../policy/policy-judge.ts'
import { visible } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { toYaml } from '../../print/yaml.ts'
import { isRunning, noController } from '../../session/controller.ts'
import { runEditor } from '../../session/run-editor.ts'
import type { Session } from '../../session/session.ts'
import { agreed } from '../../verb/confirm.ts'
import type { Input } from '../../verb/command.ts'
import { createReport } from '../../verb/report.ts'
import { textDiff } from '../../views/text-diff.ts'
import { grantBeside, unwritable } from './grant-beside.ts'
import type { ApproveOptions } from './options.ts'

/**
 * Writes what was asked into the bottle's file, which is how it takes effect.
 *
 * Flow: the entry → the diff, shown → on a terminal a yes → who is about to approve is noted with the controller → the file, if its
 *   spec is the one that was shown, else from the start. Where the file can't be written: beside it (`grant-beside.ts`).
 * Guarantees: an entry that is there, or a comment that names the ask, isn't written again: an approval that was cut short can be
 *   repeated.
 */
export const allowEgress = async (
  input: Input<ApproveOptions>,
  { named, content, by }: { readonly named: NamedAsk; readonly content: EgressAsk; readonly by: string },
): Promise<number> => {
  const { session, options } = input
  const { bottle, ask } = named
  const view = pick(await loadBottles(session), bottle)
  if (view.file === undefined)
    throw new CliError(`bottle/${bottle} no longer has a document`, `bottlectl describe bottle ${bottle}`, 3)
  const now = session.clock.now()
  const forMs = options.for ?? (content.minutes === undefined ? undefined : content.minutes * 60_000)
  const entry = await edited(session, entryOf(content, forMs === undefined ? undefined : now + forMs), options)
  const why = options.overlay === true ? 'it stays as it is' : await unwritable(session.root, view.file)
  if (why !== undefined) return grantBeside(input, { named, view, entry, content, by, why })
  const remark = `ask ${ask.id}, approved by ${by}, ${new Date(now).toISOString().slice(0, 19)}Z`
  const report = createReport(session, options)
  for (;;) {
    const shown = apply(
      { view, entry, content, remark, id: ask.id, now },
      await currentText(session, view.file),
      view.index,
    )
    if (shown.isThere) {
      session.say(`${visible(view.file)} allows it already`)
      await leaveRequest(session, noted(named, by))
      report.done(bottle, 'unchanged', { ask: ask.id })
      break
    }
    session.say(visible(view.file))
    for (const line of textDiff(shown.before, shown.text)) session.say(visible(line))
    if (shown.spec.egress === undefined)
      session.say(
        `note: bottle/${bottle} had no spec.egress, and the rules of its bundle image counted; from now on it may reach this and nothing else, and its VM restarts`,
      )
    await requirePolicy(session, view, shown.text, options)
    if (options.dryRun !== true) {
      if (options.yes !== true && session.terminal.stdin && session.terminal.stderr) await agreed(session)
      await leaveRequest(session, noted(named, by))
      if (
        !(await written({ session, view, shown }, (text, index) =>
          apply({ view, entry, content, remark, id: ask.id, now }, text, index),
        ))
      ) {
        session.say(`the spec of bottle/${bottle} was changed meanwhile; this is what would be written now:`)
        continue
      }
    }
    report.done(bottle, `ask ${ask.id} approved`, { ask: ask.id })
    break
  }
  report.end()
  if (options.dryRun !== true && !(await isRunning(session)))
    session.say(`note: ${await noController(session)}: it takes effect once one runs`)
  return 0
}

interface Shown {
  readonly before: string
  readonly text: string
  readonly spec: Partial<BottleSpec>
  readonly isThere: boolean
}

const noted = ({ bottle, ask }: NamedAsk, by: string) =>
  ({ kind: 'decide', name: bottle, decision: { ask: ask.id, verdict: 'approve', by } }) as const

/** False: the spec is another one than was shown; nothing is written then. */
const written = async (
  { session, view, shown }: { readonly session: Session; readonly view: BottleView; readonly shown: Shown },
  again: (text: string, index: number) => Shown,
): Promise<boolean> => {
  let isSame = true
  await changeDocument(session, view, (text, index) => {
    const fresh = again(text, index)
    isSame = isDeepStrictEqual(fresh.spec, shown.spec)
    return isSame ? fresh.text : text
  })
  return isSame
}

const apply = (
  {
    view,
    entry,
    content,
    remark,
    id,
    now,
  }: {
    readonly view: BottleView
    readonly entry: EgressAllow
    readonly content: EgressAsk
    readonly remark: string
    readonly id: string
    readonly now: number
  },
  text: string,
  index: number,
): Shown => {
  const { file = '', name } = view
  const bottle = parseFile({ path: file, text }).documents.find((each) => each.index === index)?.bottle
  if (bottle === undefined || bottle.metadata.name !== name)
    throw new CliError(`bottle/${name} was changed in ${file} meanwhile; nothing was changed`, 'try again', 'Conflict')
  const { spec } = bottle
  const policy = policyOfSpec(spec)?.policy
  const isWritten =
    text.includes(`# ask ${id}, `) || spec.egress?.allow?.some((each) => isLike(each, entry, now)) === true
  if (isWritten || (policy !== undefined && isAllowed(policy, content, now)))
    return { before: text, text, spec, isThere: true }
  const json = file.endsWith('.json')
  const added = editDocument({
    text,
    index,
    path: ['spec', 'egress', 'allow'],
    value: [...(spec.egress?.allow ?? []), entry],
    json,
  })
  return { before: text, text: json ? added : remarked(text, added, remark), spec, isThere: false }
}

/** The same but for its end, and in force: it was written by an approval that was cut short. */
const isLike = (there: EgressAllow, entry: EgressAllow, now: number): boolean =>
  isDeepStrictEqual({ ...there, until: undefined }, { ...entry, until: undefined }) &&
  (there.until === undefined || Date.parse(there.until) > now)

/** The operator's policy has the last word. */
const requirePolicy = async (
  session: Session,
  { file = '', index, line }: BottleView,
  text: string,
  options: ApproveOptions,
): Promise<void> => {
  const bottle = parseFile({ path: file, text }).documents.find((each) => each.index === index)?.bottle
  if (bottle !== undefined)
    await requireAllowed(session, [{ bottle, file: join(session.root, file), path: file, line }], options)
}

const edited = async (session: Session, entry: EgressAllow, { edit }: ApproveOptions): Promise<EgressAllow> => {
  if (edit !== true) return entry
  const folder = await mkdtemp(join(tmpdir(), 'bottlectl-'))
  const file = join(folder, 'entry.yaml')
  try {
    await writeFile(file, toYaml(entry), { mode: 0o600 })
    await session.lend(() => runEditor(session, file))
    const value = parse(await readFile(file, 'utf8')) as EgressAllow
    const { complaints } = readPolicyFile({ path: 'entry.yaml', text: JSON.stringify({ allow: [value] }) })
    const [complaint] = complaints
    if (complaint !== undefined)
      throw new CliError(
        `the entry: ${visible(complaint.message)}`,
        'docs/egress.md says what an entry can be',
        'Invalid',
      )
    return value
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
