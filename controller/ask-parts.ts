import type { Disk } from '../drivers/disk/disk.ts'
import { messageOf } from '../drivers/message.ts'
import { bundleName } from '../reconcilers/derive/names.ts'
import type { BottleSpec } from '../schemas/bottle.ts'
import { createAskFiles } from './asks/ask-files.ts'
import { createAsks } from './asks/asks.ts'
import { entryOf } from './asks/entry.ts'
import type { AskNotice, Asks } from './asks/parts.ts'
import type { Context } from './pass/context.ts'
import { specOf } from './pass/walk.ts'
import type { Logger } from './report/log.ts'

/** What agents ask, wired. */
export const createAskParts = (
  context: Pick<
    Context,
    'drivers' | 'registry' | 'store' | 'informer' | 'policy' | 'settings' | 'clock' | 'newUid' | 'announcer' | 'signal'
  >,
  {
    disk,
    log,
    onChange,
    onAsk,
  }: {
    readonly disk: Disk
    readonly log: Pick<Logger, 'warn'>
    readonly onChange: (name: string) => void
    readonly onAsk?: ((notice: AskNotice) => void) | undefined
  },
): Asks => {
  const { drivers, registry, store, informer, policy, settings, clock, newUid, announcer, signal } = context
  return createAsks(
    {
      bundles: drivers.bundles,
      registry,
      store,
      bundleOf: (identity) => {
        const container = informer.snapshot().container(bundleName(identity))
        return container?.state === 'running' ? container : undefined
      },
      policyOf: (name) => {
        const record = registry.byName(name)
        const compiled = record === undefined ? undefined : specOf(record, settings.root)?.egress?.compiled
        return compiled?.ok === true ? compiled.policy : undefined
      },
      forbids: async (record, content) => {
        const spec = record.spec as BottleSpec
        const allow = [...(spec.egress?.allow ?? []), entryOf(content)]
        return policy.ofChange(record, { ...spec, egress: { ...spec.egress, allow } }, signal)
      },
      clock,
      newUid,
      announcer,
      onChange,
      onAsk,
      onProblem: (bottle, error) => log.warn(`what its agent asks is heard again: ${messageOf(error)}`, { bottle }),
      signal,
    },
    createAskFiles(settings.stateDir, disk),
  )
}
