import { stateFailure } from '../../drivers/disk/disk.ts'
import { DriverError } from '../../drivers/errors.ts'

/**
 * Numbers every effect that a controller has on what outlives it: calls that change Docker or smolvm, writes of user
 * files and of state. Planned trouble is given by that number.
 *
 * Guarantees: a dead controller has no effect. Code that runs on after a death never gets an answer.
 */
export interface Effect {
  readonly port: string
  readonly verb: string
  readonly target: string
}

export interface Entry extends Effect {
  /** From 1. */
  readonly number: number
  readonly atMs: number
  /** Which start of the controller. */
  readonly life: number
  /** False if it was refused, or its controller died before it. */
  done: boolean
}

/**
 * `before`: killed just before it. `lost`: it happens, then the kill, before the reply. `after`: the reply arrives, then the
 * kill. `timeout`: it happens, the caller gets a Timeout. `refused`: it fails and doesn't happen. `EIO`,
 * `ENOSPC`: the same of a file system.
 */
export type Moment = 'before' | 'lost' | 'after' | 'timeout' | 'refused' | 'EIO' | 'ENOSPC'
export const KILLS: readonly Moment[] = ['before', 'lost', 'after']
const FAULTS: readonly Moment[] = ['timeout', 'refused']
const DISK_FAULTS: readonly Moment[] = ['EIO', 'ENOSPC']

/** Failures that may replace a success. */
export const faultsOf = ({ port }: Effect): readonly Moment[] =>
  port === 'disk' || port === 'folder' ? DISK_FAULTS : FAULTS

/** The log of events; nothing depends on it. */
export const isEvents = ({ target }: Effect): boolean => target.endsWith('events.jsonl')

export interface Trouble {
  readonly at: number
  readonly moment: Moment
}

export interface Life {
  readonly number: number
  alive(): boolean
  end(): void
}

export interface Journal {
  readonly entries: Entry[]
  /** Around the effect: `apply` runs at once, with nothing in between. */
  around<T>(life: Life, effect: Effect, apply: () => T): Promise<T>
  /** The same in two halves, for callers that apply it themselves. */
  begin(life: Life, effect: Effect): Promise<Entry>
  end(life: Life, entry: Entry): Promise<void>
  /** Kills the controllers that must die after this reply. */
  turn(): void
}

export interface JournalOptions {
  readonly now: () => number
  readonly troubles: readonly Trouble[]
  /** Before an effect, alive or not: checks what must be true by then. */
  readonly onBegin: (entry: Entry) => void
  /** An effect has happened. */
  readonly onDone: (entry: Entry) => void
  /** Records the world as `life` leaves it right before this effect. */
  readonly onDeath: (life: Life, entry: Entry, moment: Moment) => void
  /** Waits a little around an effect, so that others act in between. */
  readonly jitter: ((life: Life) => Promise<void>) | undefined
}

export const createJournal = ({ now, troubles, onBegin, onDone, onDeath, jitter }: JournalOptions): Journal => {
  const entries: Entry[] = []
  let doomed: { readonly life: Life; readonly entry: Entry } | undefined

  const momentOf = (entry: Entry): Moment | undefined => troubles.find(({ at }) => at === entry.number)?.moment

  const kill = (life: Life, entry: Entry, moment: Moment): Promise<never> => {
    if (life.alive()) {
      life.end()
      onDeath(life, entry, moment)
    }
    return never()
  }

  const begin: Journal['begin'] = async (life, effect) => {
    if (jitter !== undefined && life.alive()) await jitter(life)
    if (!life.alive()) return await never()
    if (doomed?.life === life) return await kill(life, doomed.entry, 'after')
    const entry: Entry = { ...effect, number: entries.length + 1, atMs: now(), life: life.number, done: false }
    entries.push(entry)
    const moment = momentOf(entry)
    if (moment === 'before') return await kill(life, entry, moment)
    if (moment === 'refused') throw failure('Failed', entry, 'it was refused this once')
    if (moment === 'EIO' || moment === 'ENOSPC') throw diskFailure(entry, moment)
    onBegin(entry)
    return entry
  }

  const end: Journal['end'] = async (life, entry) => {
    if (!life.alive()) return await never()
    entry.done = true
    onDone(entry)
    const moment = momentOf(entry)
    if (moment === 'lost') return await kill(life, entry, moment)
    if (moment === 'after') doomed = { life, entry }
    if (moment === 'timeout') throw failure('Timeout', entry, 'no answer in time')
    if (jitter !== undefined) await jitter(life)
  }

  return {
    entries,
    begin,
    end,
    around: async (life, effect, apply) => {
      const entry = await begin(life, effect)
      const result = apply()
      await end(life, entry)
      return result
    },
    turn: () => {
      if (doomed === undefined) return
      const { life, entry } = doomed
      doomed = undefined
      void kill(life, entry, 'after')
    },
  }
}

export const never = (): Promise<never> => new Promise<never>(() => undefined)

export const createLife = (number: number): Life => {
  let alive = true
  return {
    number,
    alive: () => alive,
    end: () => {
      alive = false
    },
  }
}

const failure = (code: 'Timeout' | 'Failed', { port, verb, target }: Effect, detail: string): DriverError =>
  new DriverError({ code, operation: `${verb} ${target}`, detail: `${detail} (${port})` })

/** In the form of each port: the state's disk translates errors, the folder doesn't. */
export const diskFailure = (
  { port, verb, target }: Effect,
  code: 'EIO' | 'ENOSPC' | 'EROFS',
): DriverError | NodeJS.ErrnoException => {
  const cause = Object.assign(new Error(`${code}: ${verb} '${target}'`), { code })
  return port === 'disk' ? stateFailure(`${verb} ${target}`, cause) : cause
}
