import { planSettings } from '../../preview/plan-settings.ts'
import { ownBundle } from '../../../reconcilers/derive/own-bundle.ts'
import { packageVersion } from '../../verb/version.ts'
import { dirname, join, relative, resolve } from 'node:path'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import { warningsOf } from '../../../controller/document/rules.ts'
import { createSecrets } from '../../../drivers/disk/secrets.ts'
import { identityOf } from '../../../reconcilers/derive/identity.ts'
import { chooseSubnet, indexClaims } from '../../../reconcilers/derive/subnet.ts'
import type { Choice } from '../../../reconcilers/derive/subnet.ts'
import type { Bottle, BottleSpec } from '../../../schemas/bottle.ts'
import { allRecords } from '../../bottles/all-records.ts'
import { loadBottles } from '../../bottles/bottles.ts'
import type { BottleView } from '../../bottles/bottles.ts'
import { defineCommand } from '../../verb/command.ts'
import { previewBottle } from '../../preview/preview.ts'
import type { Preview } from '../../preview/preview.ts'
import { POLICY_OPTION, requireAllowed } from '../../policy/policy-judge.ts'
import type { PolicyOptions } from '../../policy/policy-judge.ts'
import { policyOfSpec } from '../../egress/bottle-policy.ts'
import type { Compiled } from '../../egress/bottle-policy.ts'
import { CliError } from '../../print/cli-error.ts'
import { toJson } from '../../print/json.ts'
import { planText } from '../../views/plan.ts'
import { diffLines } from '../../views/diff.ts'
import type { BottleDiff } from '../../views/diff.ts'
import type { Session } from '../../session/session.ts'
import { sourceDocuments } from '../../bottles/sources.ts'
import { simulatedSurvey, survey } from '../../preview/survey.ts'
import { looseNames, pick } from '../../bottles/target.ts'
import { diffOf } from './diff.ts'
import { claimsOf, guestFolderOf, metadataOf, ownerId } from './plan-state.ts'
import { createPathsJudge } from './judge-paths.ts'

export interface PlanOptions extends PolicyOptions {
  readonly filename?: readonly string[]
  readonly output?: 'text' | 'json' | 'wide'
  readonly bundleImage?: string
  readonly excludeSubnet?: readonly string[]
  readonly subnetPool?: readonly string[]
  readonly dockerHost?: string
  readonly smolvm: string
}

export const plan = defineCommand<PlanOptions>({
  name: 'plan',
  summary: 'show what the controller would do, without doing it',
  arguments: '[name...]',
  completes: 'names',
  details:
    'Show what the controller would do for a bottle, by running its own code on an in-memory copy. Docker and smolvm are asked for their objects, for one second at most; without an answer the plan says "not checked" and assumes that nothing exists. Pass the same flags as the controller runs with.',
  examples: [
    'bottlectl plan researcher',
    'bottlectl plan -f new.yaml',
    'bottlectl plan -f new.yaml -o wide',
    'bottlectl plan researcher -o json',
  ],
  options: [
    {
      flags: '-f, --filename <file>',
      description: 'a Bottle file, a folder, or - (repeatable)',
      repeatable: true,
      completes: 'files',
    },
    {
      flags: '-o, --output <format>',
      description: 'text, wide (with the requests to Docker and smolvm) or json',
      choices: ['text', 'wide', 'json'],
      default: 'text',
    },
    { flags: '--bundle-image <ref>', description: "the controller's --bundle-image" },
    {
      flags: '--exclude-subnet <cidr>',
      description: "the controller's --exclude-subnet (repeatable)",
      repeatable: true,
    },
    { flags: '--subnet-pool <cidr>', description: "the controller's --subnet-pool (repeatable)", repeatable: true },
    POLICY_OPTION,
    { flags: '--docker-host <url>', description: 'unix socket of the Docker Engine' },
    { flags: '--smolvm <path>', description: 'the smolvm executable', default: 'smolvm' },
  ],
  run: async ({ session, args, options }) => {
    const wishes = await wishesOf(session, looseNames(args), options)
    await requireAllowed(session, wishes, options)
    const plans = await planAll(session, wishes, options)
    if (options.output === 'json') session.out(toJson(plans.length === 1 ? jsonOf(plans[0]) : plans.map(jsonOf)))
    else
      session.out(
        plans
          .map(({ plan: one, notes, diff, egress }) => {
            const changes = diff.isNew ? [] : diffLines(diff, session.paint)
            const text = planText(one, { notes, egress: egress?.policy, verbose: options.output === 'wide' })
            return changes.length === 0 ? text : `${text}Changes:\n${changes.join('\n')}\n`
          })
          .join('\n'),
      )
    return 0
  },
})

export interface Wish {
  readonly bottle: Bottle
  /** Absolute path of its present or future file. */
  readonly file: string
  /** As the file was named, and where the document begins. */
  readonly path: string
  readonly line: number
  readonly loose?: boolean
}

export interface Planned {
  readonly plan: Preview
  readonly notes: readonly string[]
  /** Against the spec that was applied last. */
  readonly diff: BottleDiff
  /** What may be reached, presets filled in; undefined: the Bottle has no policy. */
  readonly egress: Compiled | undefined
}

const jsonOf = (planned: Planned | undefined): unknown => {
  const { changes = [], pending, reach } = planned?.diff ?? {}
  return { ...planned?.plan, notes: planned?.notes ?? [], egress: planned?.egress, changes, reach, pending }
}

const wishesOf = async (
  session: Session,
  names: readonly string[],
  { filename }: PlanOptions,
): Promise<readonly Wish[]> => {
  if (filename !== undefined)
    return (await sourceDocuments(session, filename)).map(({ bottle, file, path, line, loose }) => ({
      bottle,
      file,
      path,
      line,
      loose,
    }))
  if (names.length === 0)
    throw new CliError('no bottle name was specified', 'bottlectl plan NAME, or bottlectl plan -f FILE', 2)
  const loaded = await loadBottles(session)
  return names.map((name) => wishFrom(session, pick(loaded, name)))
}

const wishFrom = (session: Session, view: BottleView): Wish => {
  if (!view.valid)
    throw new CliError(
      `bottle/${view.name} is invalid: ${view.complaints.map(formatComplaint).join('; ')}`,
      'bottlectl validate',
    )
  const { name, labels, annotations } = view.metadata
  const metadata = {
    name,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  }
  return {
    bottle: { apiVersion: 'bottled.dev/v1alpha1', kind: 'Bottle', metadata, spec: view.spec as BottleSpec },
    file: join(session.root, view.file ?? ''),
    path: view.file ?? '',
    line: view.line,
  }
}

export const planAll = async (
  session: Session,
  wishes: readonly Wish[],
  options: PlanOptions,
): Promise<readonly Planned[]> => {
  const records = await allRecords(session.stateDir)
  const owner = await ownerId(session.stateDir)
  const simulated = session.stateDir !== session.lockDir
  const bundleImage = options.bundleImage ?? (simulated ? 'simulated/bundle' : ownBundle(packageVersion()))
  const settings = await planSettings(session, { ...options, bundleImage })
  const secrets = createSecrets({
    owner,
    runtimeDir: session.env['XDG_RUNTIME_DIR'],
    stateDir: session.stateDir,
    env: session.env,
  })
  const images = new Set(wishes.map(({ bottle }) => bottle.spec.bundle?.image ?? bundleImage))
  const surveys = new Map(
    await Promise.all(
      [...images].map(
        async (image) =>
          [
            image,
            await (simulated
              ? simulatedSurvey(session)
              : survey(session, { ...options, image, runtime: settings.runtime })),
          ] as const,
      ),
    ),
  )
  const [anyone] = surveys.values()
  const taken = anyone === undefined ? indexClaims([]) : claimsOf(anyone, records, settings.subnets.excluded)
  const paths = createPathsJudge(session, wishes, records)
  const planned: Planned[] = []
  for (const { bottle, file } of wishes.toSorted(byIdentity)) {
    const identity = identityOf(bottle) ?? bottle.metadata.name
    const known = records.find((record) => record.identity === identity)
    const image = bottle.spec.bundle?.image ?? bundleImage
    const lists = surveys.get(image)
    if (lists === undefined) continue
    const allocation: Choice =
      known?.subnet === undefined
        ? chooseSubnet({ identity, pin: bottle.spec.network?.subnet, pools: settings.subnets.pools, taken })
        : { subnet: known.subnet }
    if ('subnet' in allocation) taken.add({ cidr: allocation.subnet, by: `bottle/${bottle.metadata.name}` })
    const record = known ?? {
      version: 1 as const,
      uid: '<new uid>',
      name: bottle.metadata.name,
      identity,
      file: relative(session.root, file),
      generation: 1,
      specHash: '',
    }
    const plan = await previewBottle({
      taintFor: paths.taintFor,
      name: bottle.metadata.name,
      identity,
      spec: bottle.spec,
      base: dirname(resolve(file)),
      record,
      owner,
      allocation,
      settings,
      lists,
      secrets,
      guestFolder: guestFolderOf(session, owner),
      metadata: await metadataOf(session, identity),
      now: session.clock.now(),
    })
    const pinned = bottle.spec.network?.subnet !== undefined
    const origin =
      known?.subnet !== undefined
        ? []
        : 'subnet' in allocation && !pinned
          ? ['the subnet is derived from the identity; it is reserved when the controller sees the bottle']
          : []
    const warnings = warningsOf(bottle).map(({ message }) => `warning: ${message}`)
    const diff = await diffOf(session, bottle, relative(session.cwd, file))
    const blind =
      lists.complete || known === undefined
        ? []
        : ['existing objects are unknown: the steps assume that there are none']
    planned.push({
      plan,
      notes: [...origin, ...lists.unchecked, ...blind, ...warnings],
      diff,
      egress: policyOfSpec(bottle.spec),
    })
  }
  return planned
}

const byIdentity = (a: Wish, b: Wish): number => ((identityOf(a.bottle) ?? '') < (identityOf(b.bottle) ?? '') ? -1 : 1)
