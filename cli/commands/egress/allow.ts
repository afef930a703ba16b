import { join } from 'node:path'
import { parseFile } from '../../../controller/document/parse.ts'
import { editDocument } from '../../../controller/edit/set-value.ts'
import type { Bottle } from '../../../schemas/bottle.ts'
import type { EgressAllow, EgressDeny, EgressPolicy } from '../../../schemas/egress.ts'
import type { BottleView } from '../../bottles/bottles.ts'
import { currentText, changeDocument } from '../../change/change-file.ts'
import { policyOfSpec } from '../../egress/bottle-policy.ts'
import { newEntry } from '../../egress/new-entry.ts'
import { covers, coversTerms } from '../../egress/reach.ts'
import { requireAllowed } from '../../policy/policy-judge.ts'
import { visible } from '../../print/cell.ts'
import { CliError } from '../../print/cli-error.ts'
import { toYaml } from '../../print/yaml.ts'
import type { Session } from '../../session/session.ts'
import { createReport } from '../../verb/report.ts'
import { namedBottle } from './run.ts'
import type { Run } from './run.ts'

type List = 'allow' | 'deny'

/** Adds an entry per host to `spec.egress.allow`, or to `deny`, in the file of a bottle. */
export const addEntries = async ({ session, args, options }: Run, list: List): Promise<number> => {
  const [name, ...hosts] = args
  if (name === undefined || hosts.length === 0 || typeof options.filename === 'string')
    throw new CliError('a bottle and a host are needed', `bottlectl egress ${list} NAME HOST`, 2)
  if (list === 'deny' && options.for !== undefined)
    throw new CliError('a deny has no end', 'bottlectl egress deny NAME HOST, without --for', 2)
  const view = await namedBottle(session, name)
  if (view.file === undefined)
    throw new CliError(`bottle/${view.name} no longer has a document`, `bottlectl describe bottle ${view.name}`, 3)
  const terms = {
    methods: options.method ?? [],
    paths: options.path ?? [],
    ports: options.port ?? [],
    untilMs: options.for === undefined ? undefined : session.clock.now() + options.for,
  }
  const wanted = hosts.map((host) => wantedOf(newEntry(host, terms)))
  /** What of it the policy lacks, and the text with it. */
  const apply = (text: string, index: number): { readonly added: readonly EgressDeny[]; readonly text: string } => {
    const egress = egressIn(view, text, index)
    if (list === 'deny' && egress === undefined)
      throw new CliError(
        `bottle/${view.name} has no spec.egress: there is nothing to forbid from`,
        `bottlectl egress allow ${view.name} HOST begins one`,
        'Conflict',
      )
    const added = missing(list, egress, wanted)
    const path = ['spec', 'egress', list] as const
    const value = [...(egress?.[list] ?? []), ...added]
    const json = view.file?.endsWith('.json') === true
    return { added, text: added.length === 0 ? text : editDocument({ text, index, path: [...path], value, json }) }
  }
  const before = await currentText(session, view.file)
  const planned = apply(before, view.index)
  if (planned.added.length > 0) {
    await requirePolicy(session, view, planned.text, options)
    if (options.dryRun !== true) await changeDocument(session, view, (text, index) => apply(text, index).text)
  }
  if (planned.added.length > 0) tell(session, view, list, planned.added)
  const report = createReport(session, options)
  report.done(view.name, planned.added.length === 0 ? 'unchanged' : `egress ${list === 'allow' ? 'allowed' : 'denied'}`)
  report.end()
  return 0
}

const wantedOf = (made: ReturnType<typeof newEntry>): Exclude<typeof made, { readonly fault: string }> => {
  if ('fault' in made) throw new CliError(visible(made.fault), 'docs/egress.md says what an entry can be', 2)
  return made
}

const egressIn = ({ file = '', name }: BottleView, text: string, index: number): EgressPolicy | undefined => {
  const bottle = parseFile({ path: file, text }).documents.find((document) => document.index === index)?.bottle
  if (bottle === undefined || bottle.metadata.name !== name)
    throw new CliError(`bottle/${name} was changed in ${file} meanwhile; nothing was changed`, 'try again', 'Conflict')
  return bottle.spec.egress
}

/** Throws where a `deny` of the bottle takes all effect from a new `allow`. */
const missing = (
  list: List,
  egress: EgressPolicy | undefined,
  wanted: readonly Exclude<ReturnType<typeof newEntry>, { readonly fault: string }>[],
): readonly EgressAllow[] => {
  const policy = policyOfSpec({ egress })?.policy
  return wanted.flatMap(({ entry, rule }) => {
    if (list === 'deny') {
      const { push: _, until: __, ...terms } = rule
      const asDeny = { ...terms, ...(entry.ports === undefined ? { ports: undefined } : {}) }
      return policy?.deny.some((each) => coversTerms(each, asDeny as never)) === true ? [] : [entry]
    }
    const deny = policy?.deny.find((each) => coversTerms(each, rule))
    if (deny !== undefined)
      throw new CliError(
        `${visible(entry.host)} is forbidden by ${deny.rule} (${visible(deny.host)}), which wins over any allow`,
        `remove or narrow ${deny.rule} in spec.egress first`,
        'Conflict',
      )
    return policy?.allow.some((each) => covers(each, rule)) === true ? [] : [entry]
  })
}

/** The operator's policy has the last word. */
const requirePolicy = async (
  session: Session,
  { file = '', index, line }: BottleView,
  text: string,
  options: Run['options'],
): Promise<void> => {
  const bottle = parseFile({ path: file, text }).documents.find((each) => each.index === index)?.bottle
  if (bottle === undefined) return
  const asked = {
    bottle: bottle as Pick<Bottle, 'metadata' | 'spec'>,
    file: join(session.root, file),
    path: file,
    line,
  }
  await requireAllowed(session, [asked], options)
}

const tell = (session: Session, view: BottleView, list: List, added: readonly EgressDeny[]): void => {
  session.say(`${visible(view.file ?? '')}: spec.egress.${list} gets`)
  for (const line of toYaml(added).trimEnd().split('\n')) session.say(`  ${visible(line)}`)
  if (view.spec.egress === undefined)
    session.say(
      `note: bottle/${view.name} had no spec.egress, and the rules of its bundle image counted; from now on it may reach this and nothing else`,
    )
}
