import type { Disk } from '../drivers/disk/disk.ts'
import { messageOf } from '../drivers/message.ts'
import type { Push } from '../egress/asks/content.ts'
import { wayToBundle } from '../reconcilers/contract/way.ts'
import { bundleName } from '../reconcilers/derive/names.ts'
import { repositoriesOf } from '../reconcilers/derive/resolve.ts'
import type { BottleSpec } from '../schemas/bottle.ts'
import { createAskFiles } from './asks/ask-files.ts'
import { createAsks } from './asks/asks.ts'
import { createGrants } from './asks/grants.ts'
import { entryOf } from './asks/entry.ts'
import type { AskMeter, AskNotice, Asks } from './asks/parts.ts'
import type { Queue } from './loop/queue.ts'
import type { Context } from './pass/context.ts'
import { specOf } from './pass/walk.ts'
import type { Logger } from './report/log.ts'
import type { Steadiness } from './steady/steady.ts'

/** What agents ask, wired. */
export const createAskParts = (
  context: Pick<
    Context,
    'drivers' | 'registry' | 'store' | 'informer' | 'policy' | 'settings' | 'clock' | 'newUid' | 'announcer' | 'signal'
  >,
  {
    disk,
    log,
    queue,
    steadiness,
    mayGrant,
    onAsk,
    meter,
  }: {
    readonly disk: Disk
    readonly log: Pick<Logger, 'warn'>
    readonly queue: Pick<Queue, 'add'>
    readonly steadiness: Pick<Steadiness, 'forget'>
    /** What can't be written into a file may be granted beside it. */
    readonly mayGrant: boolean
    readonly onAsk?: ((notice: AskNotice) => void) | undefined
    readonly meter?: AskMeter | undefined
  },
): Asks => {
  const { drivers, registry, store, informer, policy, settings, clock, newUid, announcer, signal } = context
  const onChange = (name: string): void => {
    steadiness.forget(name)
    queue.add(name, 'edit')
  }
  return createAsks(
    {
      bundles: drivers.bundles,
      registry,
      store,
      bundleOf: (identity) => {
        const container = informer.snapshot().container(bundleName(identity))
        return container?.state === 'running' ? container : undefined
      },
      wayTo: (record, subnet) =>
        wayToBundle(drivers.host, subnet, { spec: specOf(record, settings.root), settings, record }),
      policyOf: (name) => {
        const record = registry.byName(name)
        const compiled = record === undefined ? undefined : specOf(record, settings.root)?.egress?.compiled
        return compiled?.ok === true ? compiled.policy : undefined
      },
      forbids: async (record, content) => {
        if (content.kind === 'push') return unreviewed(record.spec as BottleSpec, content)
        if (content.kind !== 'egress') return undefined
        const spec = record.spec as BottleSpec
        const allow = [...(spec.egress?.allow ?? []), entryOf(content)]
        return policy.ofChange(record, { ...spec, egress: { ...spec.egress, allow } }, signal)
      },
      clock,
      newUid,
      announcer,
      onChange,
      grants: createGrants({
        isOpen: mayGrant,
        registry,
        records: drivers.records,
        forbids: (record, spec) => policy.ofChange(record, spec, signal),
        clock,
        announcer,
        onChange,
      }),
      onAsk,
      meter,
      onProblem: (bottle, error) => log.warn(`what its agent asks is heard again: ${messageOf(error)}`, { bottle }),
      signal,
    },
    createAskFiles(settings.stateDir, disk),
  )
}

/** Why no push there can be approved: a bundle says what it likes, and a person must not decide about another place than it is. */
const unreviewed = (spec: Pick<BottleSpec, 'git'>, { repository, url }: Push): string | undefined =>
  repositoriesOf(spec).some((each) => each.name === repository && each.url === url && each.review)
    ? undefined
    : `spec.git has no repository ${repository} of ${url} with review: true`
