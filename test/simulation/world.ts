import type { Owner } from '../../controller/state/owner.ts'
import { applyBreak } from '../../drivers/simulated/breaks.ts'
import { createWorld } from '../../drivers/simulated/simulated.ts'
import type { Break, World as SimulatedState } from '../../drivers/simulated/simulated.ts'
import type { MemoryDisk } from '../helpers/memory-disk.ts'
import { createMemoryDisk } from '../helpers/memory-disk.ts'
import type { OwnPath } from '../../reconcilers/taint/ours.ts'
import { createSeededRandom } from '../helpers/seeded-random.ts'
import { createGuard } from './oracles/instant.ts'
import type { Guard } from './oracles/instant.ts'
import { createJournal } from './journal.ts'
import type { Entry, Journal, Life, Moment, Trouble } from './journal.ts'
import { tear } from './life-disk.ts'
import { createMemoryFolder } from './memory-folder.ts'
import type { MemoryFolder } from './memory-folder.ts'
import type { Order } from './order.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { createVirtualClock } from './virtual-clock.ts'

/**
 * All that outlives a controller: time, the folder, the state's disk, Docker, smolvm, and the journal of effects.
 *
 * Guarantees: the same seed and troubles give the same run, to the last effect.
 */
export interface World {
  readonly seed: number
  readonly clock: VirtualClock
  readonly random: () => number
  readonly folder: MemoryFolder
  readonly disk: MemoryDisk
  readonly state: SimulatedState
  readonly journal: Journal
  readonly guard: Guard
  owner: Owner
  /** Why the state's disk refuses writes at the moment. */
  stateTrouble: 'ENOSPC' | 'EROFS' | 'EIO' | undefined
  /** Somebody removed what is in the state folder, all but the owner, and no controller has put it back yet. */
  stateRemoved: boolean
  /** Warnings and errors of the log. */
  readonly said: string[]
  readonly order: Order | undefined
  /** Changes to Docker and smolvm by a person or the machine, behind our back. */
  break(change: Break): void
  /** The running controller applies breaks and notifies its streams. */
  onBreak: ((change: Break) => void) | undefined
  newUid(): string
  newLife(): number
}

export const ROOT = '/root'
export const STATE = '/root/.bottled'
export const OWN: readonly OwnPath[] = [
  { what: 'the root', path: ROOT, kind: 'root' },
  { what: 'the state folder', path: STATE, kind: 'state' },
]
export const OWNER_ID = 'bottled-0123456789abcdef'

/** After these nothing may be started on what was seen before, but for a moment. */
const ROBBERIES: ReadonlySet<string> = new Set<Break['do']>([
  'removeNetwork',
  'removeContainer',
  'renameContainer',
  'remakeContainer',
  'moveContainer',
  'restartContainer',
  'killContainer',
  'addRoute',
])

export interface WorldOptions {
  readonly seed: number
  readonly troubles?: readonly Trouble[]
  /** Effects take a little time, so that others act in between. */
  readonly jitter?: boolean
  /** Orders the replies. */
  readonly order?: Order
}

export const createSimulationWorld = ({ seed, troubles = [], jitter = false, order }: WorldOptions): World => {
  const random = createSeededRandom(seed)
  const ranks = createSeededRandom(seed + 1)
  const clock = createVirtualClock({
    random: ranks,
    onTurn: () => journal.turn(),
    ...(order === undefined ? {} : { drain: order.drain }),
  })
  const disk = createMemoryDisk()
  const state = createWorld()
  let uids = 0
  let lives = 0
  const guard = createGuard({
    state,
    disk,
    now: () => clock.monotonicMs(),
    isOpen: (path) => (folder.files.get(path)?.openUntil ?? -Infinity) > clock.monotonicMs(),
  })
  const folder = createMemoryFolder({ clock, random, onVersion: guard.version })

  const journal = createJournal({
    now: () => clock.monotonicMs(),
    troubles,
    onBegin: guard.begin,
    onDone: guard.done,
    onDeath: (_life: Life, entry: Entry, moment: Moment) => {
      if (moment === 'before' && entry.port === 'disk') tear(disk, entry.verb, entry.target)
      boot()
    },
    jitter:
      order !== undefined
        ? () => order.turn('effect')
        : jitter
          ? (life) => clock.fork(life.alive).sleep(random() * 4)
          : undefined,
  })

  /** A boot goes on when nobody waits for it. */
  const boot = (): void => {
    for (const machine of Object.values(state.machines)) {
      const token = machine.boot
      if (token === undefined) continue
      clock.setTimer(random() * 3_000, () => {
        if (state.machines[machine.name]?.boot !== token) return
        delete machine.boot
        machine.state = 'running'
        machine.booted = true
        machine.pid = state.serial += 1
        state.revision += 1
      })
    }
  }

  const world: World = {
    seed,
    clock,
    random,
    folder,
    disk,
    state,
    journal,
    guard,
    owner: { version: 1, id: OWNER_ID, path: ROOT, machine: 'machine-1', rootId: '1:1' },
    stateTrouble: undefined,
    stateRemoved: false,
    said: [],
    order,
    onBreak: undefined,
    break: (change) => {
      if (ROBBERIES.has(change.do)) guard.robbed('name' in change ? change.name : 'route')
      if (world.onBreak === undefined) applyBreak(state, change, clock.now())
      else world.onBreak(change)
    },
    newUid: () => `0198c0de-0000-7000-8000-${String((uids += 1)).padStart(12, '0')}`,
    newLife: () => (lives += 1),
  }
  return world
}
