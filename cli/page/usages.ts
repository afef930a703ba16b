import type { Clock } from '../../controller/time/clock.ts'
import { within } from '../../drivers/calls/within.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { usageFigures } from '../print/usage-table.ts'
import type { UsageRow } from '../print/usage-table.ts'
import type { BottleView } from '../bottles/bottles.ts'
import { measureBottle } from '../inside/measured-bottle.ts'
import type { UsagePart, UsageView } from '../../page/wire.ts'
import type { Place } from './captured.ts'
import { fewAtOnce } from './few.ts'
import { clipped } from './snapshot.ts'

/**
 * What the bottles that somebody looks at have used in the last hour, measured as `bottlectl top` does.
 *
 * Flow: each question measures, unless that was done a moment ago; who asks meanwhile shares it.
 * Guarantees: no timer, so that nothing is measured for nobody; an hour of at most 32 bottles is kept, in memory.
 */
export interface Usages {
  of(view: BottleView): Promise<UsageView>
}

/** Less than the page's ten seconds: one question that comes a little early isn't left out. */
export const EVERY_MS = 8_000
export const HOUR_MS = 3_600_000
export const MOST_BOTTLES = 32
const MOST_AT_ONCE = 4
/** Docker takes a second or two where it is well. */
const PATIENCE_MS = 15_000

interface History {
  /** Unix time in milliseconds. */
  triedAt: number
  running: Promise<void> | undefined
  unknown: string | undefined
  parts: readonly UsagePart[]
}

export const createUsages = (place: Place, signal: AbortSignal): Usages => {
  const measure = (view: BottleView): Promise<readonly UsageRow[]> =>
    within({ timeoutMs: PATIENCE_MS, signal }, (until) =>
      measureBottle(view, { dockerHost: place.tools.dockerHost, env: place.env, signal: until }),
    )
  if (place.stateDir === place.lockDir) return keepUsages(place.clock, measure)
  const unknown = 'It is simulated: there is nothing real to measure.'
  return { of: async () => ({ at: place.clock.now(), unknown, parts: [] }) }
}

/** `measure`: what runs of a bottle; it may throw a DriverError. */
export const keepUsages = (
  clock: Pick<Clock, 'now'>,
  measure: (view: BottleView) => Promise<readonly UsageRow[]>,
): Usages => {
  const few = fewAtOnce(MOST_AT_ONCE)
  /** By the uid of the bottle: a later one of the same name has its own. The one that was asked for last comes last. */
  const histories = new Map<string, History>()

  const historyOf = (key: string): History => {
    const found = histories.get(key) ?? { triedAt: -Infinity, running: undefined, unknown: undefined, parts: [] }
    histories.delete(key)
    histories.set(key, found)
    const [oldest] = histories.keys()
    if (histories.size > MOST_BOTTLES && oldest !== undefined) histories.delete(oldest)
    return found
  }

  const take = async (history: History, view: BottleView): Promise<void> => {
    try {
      const rows = await few(() => measure(view))
      history.unknown = rows.length === 0 ? 'Nothing of it runs.' : undefined
      history.parts = merged(history.parts, rows, clock.now())
    } catch (error) {
      if (!isDriverError(error)) throw error
      history.unknown = clipped(error.message)
    }
  }

  return {
    of: async (view) => {
      const history = historyOf(view.status?.uid ?? view.name)
      if (history.running === undefined && Math.abs(clock.now() - history.triedAt) >= EVERY_MS) {
        history.triedAt = clock.now()
        history.running = take(history, view).finally(() => (history.running = undefined))
      }
      await history.running
      const { unknown, parts } = history
      return { at: clock.now(), ...(unknown === undefined ? {} : { unknown }), parts }
    },
  }
}

/** With one more sample of each part that was measured, and none that is older than an hour. */
const merged = (before: readonly UsagePart[], rows: readonly UsageRow[], now: number): readonly UsagePart[] =>
  (['machine', 'bundle'] as const).flatMap((part) => {
    const usage = rows.find((row) => row.part === part)?.usage
    const known = before.find((each) => each.part === part)
    const kept = (known?.samples ?? []).filter(([at]) => now - at < HOUR_MS && at <= now)
    if (usage === undefined) return kept.length === 0 ? [] : [{ part, now: [], samples: kept }]
    const cpu = usage.cores === undefined ? null : Math.round(usage.cores * 1_000)
    return [{ part, now: usageFigures(usage), samples: [...kept, [now, cpu, usage.memoryBytes ?? null] as const] }]
  })
