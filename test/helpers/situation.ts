import { createSteadyClock } from '../../controller/time/clock.ts'
import { runChain } from '../../controller/pass/chain.ts'
import type { ChainResult } from '../../controller/pass/chain.ts'
import type { BottleRecord, Drivers } from '../../drivers/ports.ts'
import { createRecords } from '../../drivers/disk/records.ts'
import { createSimulated } from '../../drivers/simulated/simulated.ts'
import type { Simulated, SimulatedOptions } from '../../drivers/simulated/simulated.ts'
import { reconcilers } from '../../reconcilers/index.ts'
import type { BottleGoal, Goal, Reconciler, Situation, Step } from '../../reconcilers/contract/reconciler.ts'
import { resolveSpec } from '../../reconcilers/derive/resolve.ts'
import { chooseSubnet, indexClaims } from '../../reconcilers/derive/subnet.ts'
import { createTaint } from '../../reconcilers/taint/taint.ts'
import { OWN } from '../parts/a-taint.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import type { FakeClock } from './fake-clock.ts'
import { createFakeClock } from './fake-clock.ts'
import { createMemoryDisk } from './memory-disk.ts'
import { createSeededRandom } from './seeded-random.ts'

/** One bottle in a simulated world, reconciled by the production chain. */
export interface Rig {
  readonly clock: FakeClock
  readonly world: Simulated
  readonly drivers: Drivers
  readonly record: () => BottleRecord | undefined
  /** Verb and target of every step that ran. */
  readonly log: string[]
  spec: BottleSpec
  rollout: boolean
  /** Called between a plan and its step. */
  meanwhile: () => void
  walk(goal: BottleGoal): Promise<ChainResult>
  /** Reconciles until all is settled, moving time; throws the reason if it never settles. */
  settle(goal: BottleGoal): Promise<ChainResult>
  situation(goal: Goal, upstream?: Situation['upstream']): Situation
}

export const UID = '0198c0de-0000-7000-8000-000000000001'
export const OWNER = 'owner-1'

export const createRig = async (
  spec: Partial<BottleSpec> = {},
  options: {
    readonly reconcilers?: readonly Reconciler[]
    readonly simulated?: Partial<SimulatedOptions>
    readonly userId?: number
  } = {},
): Promise<Rig> => {
  const clock = createFakeClock()
  const world = createSimulated({ clock, random: createSeededRandom(1), ...options.simulated })
  const records = createRecords('/state', createMemoryDisk())
  await records.list()
  const drivers: Drivers = { ...world, records }
  await records.write({
    version: 1,
    uid: UID,
    name: 'web',
    identity: 'web',
    file: 'web.yaml',
    generation: 1,
    specHash: 'sha256:1',
  })
  const taint = createTaint({ paths: world.paths, records, own: OWN, root: '/root', owner: OWNER })
  const log: string[] = []
  const steady = createSteadyClock(clock)

  const situation = (goal: Goal, upstream: Situation['upstream'] = {}): Situation => {
    const record = records.read('web')
    if (record === undefined && goal !== 'gone') throw new Error('the record is gone')
    return {
      goal,
      owner: OWNER,
      uid: UID,
      name: 'web',
      identity: 'web',
      spec: resolveSpec(rig.spec, '/root'),
      record: record ?? { version: 1, uid: UID, name: 'web', identity: 'web', file: '', generation: 1, specHash: '' },
      upstream,
      settings: {
        bundleImage: 'bundle:test',
        root: '/root',
        stateDir: '/state',
        own: OWN,
        userId: options.userId ?? 1000,
        subnets: { pools: [], excluded: [] },
      },
      taint,
      allocation:
        record?.subnet === undefined
          ? chooseSubnet({ identity: 'web', pools: [], taken: indexClaims([]) })
          : { subnet: record.subnet },
      rollout: rig.rollout,
      now: new Date(clock.now()).toISOString(),
      steadyNow: new Date(steady.now()).toISOString(),
    }
  }

  const walk = async (goal: BottleGoal): Promise<ChainResult> => {
    const running = runChain(goal, {
      reconcilers: options.reconcilers ?? reconcilers,
      situation,
      live: drivers,
      cached: drivers,
      before: async () => rig.meanwhile(),
      done: async ({ verb, target, quiet }: Step) => {
        if (quiet !== true) log.push(`${verb} ${target}`)
      },
      signal: new AbortController().signal,
    })
    let result: ChainResult | undefined
    void running.then((end) => {
      result = end
    })
    for (let tries = 0; tries < 4_000 && result === undefined; tries++) await clock.advance(50)
    return running
  }

  const rig: Rig = {
    clock,
    world,
    drivers,
    record: () => records.read('web'),
    log,
    spec: { agent: 'claude', ...spec },
    rollout: false,
    meanwhile: () => {},
    walk,
    settle: async (goal) => {
      for (let tries = 0; tries < 60; tries++) {
        const result = await walk(goal)
        const last = [...result.verdicts.values()].at(-1)
        if (last?.verdict === 'settled') return result
        if (last?.verdict === 'stuck') throw new Error(`stuck: ${last.reason}: ${last.message}`)
        if (last?.verdict === 'failed') throw last.error
        await clock.advance(1_000)
      }
      throw new Error('it never settled')
    },
    situation,
  }
  return rig
}
