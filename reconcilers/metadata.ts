import type { Metadata } from '../drivers/ports.ts'
import { change, defineReconciler, settled } from './contract/reconciler.ts'
import type { Situation } from './contract/reconciler.ts'

/**
 * The metadata record, which bot-bottle's tools read, and the folder with all that is recorded about a bottle.
 *
 * Flow: created first, removed last. Guarantees: `started_at` is set once. Caveats: `gone` removes the whole folder,
 * `record.json` included, so no object may be left that only the record can find.
 */
export const metadata = defineReconciler<Observed>({
  name: 'metadata',
  keepsData: true,

  observe: async ({ identity }, { records }) => ({
    exists: records.read(identity) !== undefined,
    metadata: await records.readMetadata(identity),
  }),

  plan: (situation, observed) => {
    const { goal, identity, spec } = situation
    if (goal === 'gone') {
      if (!observed.exists) return settled()
      return change({
        verb: 'forget',
        target: `record/${identity}`,
        because: 'everything it describes is gone',
        run: async ({ authorities, records }) => {
          await authorities.remove(identity)
          await records.remove(identity)
        },
      })
    }
    if (goal === 'down' || spec === undefined) return settled({ startedAt: observed.metadata?.started_at })
    const desired = desiredMetadata(situation, observed.metadata?.started_at)
    if (observed.metadata !== undefined && same(observed.metadata, desired))
      return settled({ startedAt: desired.started_at })
    return change({
      verb: observed.metadata === undefined ? 'create' : 'update',
      target: `record/${identity}`,
      because: observed.metadata === undefined ? 'it does not exist' : 'it differs from the spec',
      run: ({ records }) => records.writeMetadata(desired),
    })
  },

  /** The file, as others may change it. */
  pulse: async (situation, { records }) => {
    const metadata = await records.readMetadata(situation.identity)
    if (situation.goal !== 'up') return true
    return metadata !== undefined && same(metadata, desiredMetadata(situation, metadata.started_at))
  },
})

interface Observed {
  readonly exists: boolean
  readonly metadata: Metadata | undefined
}

const desiredMetadata = ({ identity, spec, now }: Situation, startedAt: string | undefined): Metadata => {
  const copied = spec?.workspace?.mode === 'copy' ? spec.workspace.path : undefined
  return {
    identity,
    agent_name: spec?.agent ?? '',
    cwd: copied ?? '',
    copy_cwd: copied !== undefined,
    started_at: startedAt ?? now,
    compose_project: '',
    backend: 'smolmachines',
  }
}

const same = (a: Metadata, b: Metadata): boolean =>
  (Object.keys(b) as (keyof Metadata)[]).every((key) => a[key] === b[key])
