import { compareSpecs, refusedChanges } from '../../../controller/document/spec-changes.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { allRecords } from '../../bottles/all-records.ts'
import { loadBottles, readRecord } from '../../bottles/bottles.ts'
import { grantLines } from '../../views/grants.ts'
import { oldPolicyOf, policyOfSpec } from '../../egress/bottle-policy.ts'
import { hasReachChanges, reachChanges } from '../../egress/reach.ts'
import { defineCommand } from '../../verb/command.ts'
import { identityOf } from '../../../reconcilers/derive/identity.ts'
import type { Bottle, BottleSpec, BottleStatus } from '../../../schemas/bottle.ts'
import { diffText } from '../../views/diff.ts'
import type { BottleDiff } from '../../views/diff.ts'
import { CliError } from '../../print/cli-error.ts'
import { toJson } from '../../print/json.ts'
import type { Session } from '../../session/session.ts'
import { sourceDocuments } from '../../bottles/sources.ts'
import { looseNames, pick } from '../../bottles/target.ts'

interface DiffOptions {
  readonly filename?: readonly string[]
  readonly output?: 'json'
}

/** More than 1 is trouble: 1 means that there are differences. */
const TROUBLE = 2

export const diff = defineCommand<DiffOptions>({
  name: 'diff',
  summary: 'show the changes of an edit and their cost',
  arguments: '[name...]',
  completes: 'names',
  details:
    'Compare the files with the spec that was last applied completely, field by field. Each change shows its update class: live, restart (the VM restarts and keeps its disk), recreate (VM or bundle is recreated; a VM loses its disk), immutable (refused). A change that is accepted but not yet applied stays listed, with the reason. A change of spec.egress is shown as what it adds to what may be reached, and what it takes away: presets filled in, credentials by name. Without names: all bottles.\n\nExits with 0 for no difference, 1 for differences, more for an error.',
  examples: ['bottlectl diff', 'bottlectl diff researcher', 'bottlectl diff -f new.yaml'],
  options: [
    {
      flags: '-f, --filename <file>',
      description: 'a file, a folder or - instead of the files of the root (repeatable)',
      repeatable: true,
      completes: 'files',
    },
    { flags: '-o, --output <format>', description: 'json', choices: ['json'] },
  ],
  run: async ({ session, args, options }) => {
    let diffs: readonly BottleDiff[]
    try {
      diffs = await diffsOf(session, looseNames(args), options)
    } catch (error) {
      return Math.max(TROUBLE, session.complain(error))
    }
    const different = diffs.filter(
      ({ isNew, changes, pending }) => isNew || changes.length > 0 || pending !== undefined,
    )
    session.out(
      options.output === 'json' ? toJson(different) : different.map((each) => diffText(each, session.paint)).join(''),
    )
    return different.length === 0 ? 0 : 1
  },
})

const diffsOf = async (
  session: Session,
  names: readonly string[],
  { filename }: DiffOptions,
): Promise<readonly BottleDiff[]> => {
  if (filename !== undefined) {
    const documents = await sourceDocuments(session, filename)
    return Promise.all(documents.map(({ bottle, file, loose, path }) => diffOf(session, bottle, loose ? path : file)))
  }
  const loaded = await loadBottles(session)
  const views =
    names.length === 0
      ? loaded.bottles.filter(({ file }) => file !== undefined)
      : names.map((name) => pick(loaded, name))
  const bad = views.find(({ valid }) => !valid)
  if (bad !== undefined)
    throw new CliError(
      `bottle/${bad.name} in ${bad.file ?? ''} is invalid`,
      `bottlectl validate ${bad.file ?? ''}`,
      'Invalid',
    )
  for (const view of views) {
    const bottle = { metadata: view.metadata, spec: view.spec as BottleSpec }
    const lines = grantLines((await recordOf(session, bottle))?.grants, view.spec.egress?.allow?.length)
    for (const line of lines) session.say(`bottle/${view.name}: ${line}`)
  }
  return Promise.all(
    views.map((view) =>
      diffOf(session, { metadata: view.metadata, spec: view.spec as BottleSpec }, `${view.file ?? ''}:${view.line}`),
    ),
  )
}

export const diffOf = async (
  session: Session,
  bottle: Pick<Bottle, 'metadata' | 'spec'>,
  where: string,
): Promise<BottleDiff> => {
  const { name } = bottle.metadata
  const record = await recordOf(session, bottle)
  const good = record?.spec as BottleSpec | undefined
  const base = { name, where, updatePolicy: bottle.spec.machine?.updatePolicy ?? 'OnDelete' }
  if (record === undefined || good === undefined)
    return { ...base, isNew: true, changes: [], pending: undefined, reach: undefined }
  const pending = pendingOf(record)
  if (record.applied === undefined && record.status !== undefined && record.everReady !== true)
    return { ...base, isNew: true, changes: [], pending, reach: undefined }
  // Refusals compare with the spec in force, changes with the spec that was applied.
  const refused = new Map(refusedChanges(good, bottle.spec, name).map(({ field, message }) => [field, message]))
  const before = (record.applied?.spec ?? good) as BottleSpec
  const changes = compareSpecs(before, bottle.spec).map((change) => ({
    ...change,
    refused: refused.get(`spec.${change.field}`),
  }))
  const reach = reachChanges(oldPolicyOf(before)?.policy, policyOfSpec(bottle.spec)?.policy)
  return { ...base, isNew: false, changes, pending, reach: hasReachChanges(reach) ? reach : undefined }
}

/** Found by name if not by identity: the edit may have changed the identity. */
const recordOf = async (
  session: Session,
  bottle: Pick<Bottle, 'metadata' | 'spec'>,
): Promise<BottleRecord | undefined> => {
  const { name } = bottle.metadata
  const record = await readRecord(session.stateDir, identityOf(bottle) ?? name)
  if (record?.name === name) return record
  return (await allRecords(session.stateDir)).find((other) => other.name === name)
}

/** Why an accepted change is not applied yet, as far as is known. */
const pendingOf = ({ applied, spec, status, generation, backoff, everReady }: BottleRecord): string | undefined => {
  const conditions = (status as Partial<BottleStatus> | undefined)?.conditions ?? []
  const update = conditions.find(({ reason }) => reason === 'UpdatePending')
  if (update !== undefined) return update.message
  if (applied !== undefined && compareSpecs(applied.spec as BottleSpec, spec as BottleSpec).length === 0)
    return undefined
  const ready = conditions.find(({ type }) => type === 'Ready')
  const isReported = ready?.status === 'False' && ready.observedGeneration === generation
  if (applied === undefined && (everReady === true || ready?.status !== 'False')) return undefined
  const why = isReported
    ? `${ready.reason}${ready.message === '' ? '' : `: ${ready.message}`}`
    : 'the controller is still working'
  return `accepted, not applied yet: ${why}${backoff === undefined ? '' : `; tried ${backoff.failures} times, next try at ${backoff.retryAt}`}`
}
