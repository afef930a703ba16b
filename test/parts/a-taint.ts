import type { BottleRecord } from '../../drivers/ports.ts'
import { createSimulated } from '../../drivers/simulated/simulated.ts'
import type { World } from '../../drivers/simulated/simulated.ts'
import { createTaint } from '../../reconcilers/taint/taint.ts'
import type { OwnPath } from '../../reconcilers/taint/ours.ts'
import type { Taint, Verdict } from '../../reconcilers/taint/taint.ts'
import { canonicalSpec } from '../../reconcilers/taint/canonical-spec.ts'
import { usedPaths } from '../../reconcilers/derive/used-paths.ts'
import type { Situation } from '../../reconcilers/contract/reconciler.ts'
import type { Place } from '../../drivers/paths.ts'
import { createFakeClock } from '../helpers/fake-clock.ts'
import { createSeededRandom } from '../helpers/seeded-random.ts'

/** What the tests' root and state folder are. */
export const OWN: readonly OwnPath[] = [
  { what: 'the root', path: '/root', kind: 'root' },
  { what: 'the state folder', path: '/state', kind: 'state' },
]

/** Judges by the production code: each path leads to itself, as far as the world has no links. */
export const aTaint = (
  change: {
    readonly world?: Partial<Pick<World, 'links' | 'kinds' | 'missing'>>
    readonly records?: Record<string, BottleRecord>
    readonly own?: readonly OwnPath[]
  } = {},
): Taint => {
  const { paths, world } = createSimulated({ clock: createFakeClock(), random: createSeededRandom(1) })
  Object.assign(world, change.world)
  const { records = {}, own = OWN } = change
  return createTaint({
    paths,
    records: {
      read: (identity) => records[identity],
      update: async (identity, with_) => void Object.assign(records[identity] ?? {}, with_),
    },
    own,
    root: '/root',
    owner: 'me',
  })
}

/** As the judge would say of a bottle. */
export const aVerdict = (
  { spec }: Pick<Situation, 'spec'>,
  change: {
    readonly tainted?: string
    readonly reachesOurs?: boolean
    /** Where its paths lead, by what is written; to themselves. */
    readonly leads?: Readonly<Record<string, string>>
    readonly missing?: readonly string[]
  } = {},
): Verdict => {
  const { tainted, reachesOurs = false, leads = {}, missing = [] } = change
  if (spec === undefined) throw new Error('nothing to judge')
  const uses = usedPaths(spec).map((used) => ({
    ...used,
    place: aPlace(leads[used.path] ?? used.path, missing.includes(used.path) ? 'missing' : 'folder'),
    mounts: [],
  }))
  return {
    tainted: tainted === undefined ? undefined : { field: ['spec'], message: tainted, reachesOurs },
    spec: canonicalSpec(spec, uses),
    uses,
  }
}

export const aPlace = (canonical: string, kind: Place['kind'] = 'folder', change: Partial<Place> = {}): Place => ({
  canonical,
  kind,
  device: kind === 'missing' ? '' : '1',
  inode: kind === 'missing' ? '' : canonical,
  owner: 1000,
  mode: 0o755,
  links: 1,
  above: [],
  via: [],
  ...change,
})
