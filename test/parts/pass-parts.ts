import { createGuards } from '../../controller/deletion/mass-guard.ts'
import { parseFile } from '../../controller/document/parse.ts'
import { createStore } from '../../controller/feed/store.ts'
import { createAdmission } from '../../controller/pass/admit.ts'
import type { Cause } from '../../controller/pass/cause.ts'
import type { PolicyCheck } from '../../controller/pass/policy-check.ts'
import type { Context } from '../../controller/pass/context.ts'
import { createRegistry } from '../../controller/pass/registry.ts'
import type { StatusTarget, Written } from '../../controller/status/status-writer.ts'
import { emptySnapshot, indexSnapshot } from '../../controller/world/snapshot.ts'
import type { Snapshot } from '../../controller/world/snapshot.ts'
import { createRecords } from '../../drivers/disk/records.ts'
import type { BottleRecord, Drivers } from '../../drivers/ports.ts'
import { defineReconciler, settled } from '../../reconcilers/contract/reconciler.ts'
import type { Goal, Plan, Situation } from '../../reconcilers/contract/reconciler.ts'
import type { BottleStatus } from '../../schemas/bottle.ts'
import { createFakeClock } from '../helpers/fake-clock.ts'
import { createMemoryDisk } from '../helpers/memory-disk.ts'
import { aTaint, OWN } from './a-taint.ts'
import { aRecord, createCalls } from './plans.ts'
import { allowsAll } from './policies.ts'

/** A pass in a world of one reconciler, `thing`, whose plan is what a test says. */
export const createPassParts = async (
  records: readonly Partial<BottleRecord>[] = [],
  options: { readonly undoMs?: number } = {},
) => {
  const clock = createFakeClock()
  const kept = createRecords('/state', createMemoryDisk())
  await kept.list()
  const registry = createRegistry(kept)
  for (const record of records) {
    await kept.write(aRecord(record))
    registry.add(aRecord(record))
  }
  const { drivers: noted, calls } = createCalls()
  const drivers: Drivers = { ...portsOf(noted), records: kept }
  const store = createStore()
  const log: string[] = []
  const statuses: BottleStatus[] = []
  const stop = new AbortController()
  const world = {
    plan: (() => settled({ name: 'x' })) as (goal: Goal, situation: Situation) => Plan,
    situations: [] as Situation[],
    snapshot: emptySnapshot as Snapshot,
    git: undefined as string | undefined,
    writer: undefined as string | undefined,
    halted: undefined as Cause | undefined,
    absent: true,
    policy: allowsAll as PolicyCheck,
    written: { kind: 'written' } as Written,
    distrusted: [] as string[],
    /** Lanes without room. */
    full: [] as string[],
    reread: (() => {}) as (paths: readonly string[]) => void,
  }
  const thing = defineReconciler<undefined>({
    name: 'thing',
    observe: async () => undefined,
    plan: (situation) => {
      world.situations.push(situation)
      return world.plan(situation.goal, situation)
    },
  })
  const announcer: Context['announcer'] = {
    begin: ({ name }, { verb, target }) => void log.push(`begin ${name} ${verb} ${target}`),
    step: async ({ name }, { verb, target }) => void log.push(`step ${name} ${verb} ${target}`),
    status: () => {},
    warn: ({ name }, reason, message) => void log.push(`warn ${name} ${reason}: ${message}`),
    normal: ({ name }, reason, message) => void log.push(`normal ${name} ${reason}: ${message}`),
    denied: ({ name }, host, reason) => void log.push(`denied ${name} ${host}: ${reason}`),
    asked: ({ name }, reason, message) => void log.push(`asked ${name} ${reason}: ${message}`),
  }
  const allocator: Context['allocator'] = {
    allocate: async (wishes) => {
      log.push(`allocate ${wishes.map(({ identity, pin }) => `${identity} ${pin ?? 'any'}`).join(', ')}`)
      return new Map(wishes.map(({ identity }) => [identity, { subnet: '10.0.0.0/24' }]))
    },
    refuse: async ({ identity }, subnet) => void log.push(`refuse ${identity} ${subnet}`),
  }
  const informer = {
    snapshot: () => indexSnapshot(world.snapshot),
    distrust: (names: readonly string[]) => void world.distrusted.push(...names),
  } as Context['informer']
  const newUid = (): string => 'new-uid'
  const guards = createGuards({
    clock,
    surroundings: { gitAtWork: async () => world.git, writerOf: async () => world.writer },
    graceMs: 2_000,
    allowMassDelete: false,
  })
  const halted = (): Cause | undefined => world.halted
  const signal = new AbortController().signal
  const parts = {
    owner: 'me',
    settings: {
      bundleImage: undefined,
      root: '/root',
      stateDir: '/state',
      own: OWN,
      userId: 1,
      subnets: { pools: [], excluded: [] },
    },
    taint: aTaint(),
    simulated: false,
    reconcilers: [thing],
    drivers,
    cached: { ...drivers },
    clock,
    undoMs: options.undoMs ?? 0,
    steadyClock: clock as Context['steadyClock'],
    random: () => 0.5,
    newUid,
    store,
    registry,
    admission: createAdmission({
      store,
      registry,
      drivers,
      informer,
      owner: 'me',
      newUid,
      announcer,
      allocator,
      guards,
      policy: { ...allowsAll, ofDocument: async (...asked) => world.policy.ofDocument(...asked) },
      halted,
      clock,
      signal,
    }),
    informer,
    allocator,
    guards,
    policy: {
      ofDocument: async (...asked) => world.policy.ofDocument(...asked),
      ofRecord: async (...asked) => world.policy.ofRecord(...asked),
      ofStart: async (...asked) => world.policy.ofStart(...asked),
    } as PolicyCheck,
    events: { removed: (identity: string) => void log.push(`events of ${identity} removed`) } as Context['events'],
    announcer,
    statusWriter: {
      stands: async () => true,
      write: async ({ document, identity, status }: StatusTarget) => {
        log.push(`status ${status.phase ?? ''} of ${identity ?? 'nobody'} to ${document.path}#${document.index}`)
        statuses.push(status)
        return world.written
      },
    },
    gitCare: { around: (_: StatusTarget, write: () => Promise<Written>) => write() } as unknown as Context['gitCare'],
    stillAbsent: async (name: string) => {
      log.push(`look again for ${name}`)
      return world.absent
    },
    acceptRoot: async () => false,
    reread: async (paths: readonly string[]) => world.reread(paths),
    enterLane: (_: string, lane: string) => !world.full.includes(lane),
    noteProgress: (name: string, message: string) => void log.push(`at work on ${name}: ${message}`),
    halted,
    stopping: stop.signal,
    signal,
  } satisfies Context
  const put = (path: string, text: string): void => {
    store.put(path, { sha256: text, text, parsed: parseFile({ path, text }) })
  }
  return { parts, world, log, statuses, calls, clock, records: kept, registry, store, put, stop }
}

const portsOf = (drivers: Drivers): Drivers => {
  const { engine, networks, containers, images, machines, archives, probes, host, firewall, seals } = drivers
  const { paths, secrets, authorities, bundles, records } = drivers
  const asked = { engine, networks, containers, images, machines, archives, probes, host, firewall, seals }
  return { ...asked, paths, secrets, authorities, bundles, records }
}

/** A document of one bottle. */
export const bottleText = (name: string, spec = 'agent: claude'): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {${spec}}\n`
