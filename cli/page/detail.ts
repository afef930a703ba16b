import { policyOfSpec } from '../egress/bottle-policy.ts'
import { recentDenials } from '../inside/recent-denials.ts'
import { loadEvents } from '../bottles/event-list.ts'
import { loadBottles, recordOf } from '../bottles/bottles.ts'
import type { BottleView, Loaded } from '../bottles/bottles.ts'
import { withGrants } from '../../reconcilers/derive/granted.ts'
import { within } from '../../drivers/calls/within.ts'
import { denialLines } from '../views/egress-record.ts'
import { grantLines } from '../views/grants.ts'
import { reachLines, reachSummary } from '../views/reach.ts'
import { undoLine } from '../views/undo-line.ts'
import { unverifiedLine } from '../views/unverified.ts'
import type { Detail, Log } from '../../page/wire.ts'
import { runVerb } from './captured.ts'
import type { Place } from './captured.ts'
import { brokenOf, clipped, rowOf } from './snapshot.ts'

/** All of one bottle, as `bottlectl describe` and `logs` have it. Bounded. */
const MOST_CONDITIONS = 32
const MOST_EVENTS = 100
const MOST_DENIALS = 50
const MOST_PROBLEMS = 20
const LOG_MS = 8_000

/** undefined: there is none of that name. */
export const detailOf = async (
  place: Place,
  {
    name,
    loaded,
    signal,
  }: { readonly name: string; readonly loaded: Loaded | undefined; readonly signal: AbortSignal },
): Promise<Detail | undefined> => {
  const view = await viewOf(place, name, loaded)
  if (view === undefined) return undefined
  const events = (await loadEvents(place.stateDir, name)).slice(-MOST_EVENTS).toReversed()
  const { grants } = (await recordOf(place, view)) ?? {}
  const policy = view.valid ? policyOfSpec(withGrants(view.spec, grants))?.policy : undefined
  const now = place.clock.now()
  return {
    row: rowOf(view),
    conditions: (view.status?.conditions ?? []).slice(0, MOST_CONDITIONS).map((each) => ({
      type: clipped(each.type),
      status: clipped(each.status),
      reason: clipped(each.reason),
      message: clipped(each.message),
      since: clipped(each.lastTransitionTime),
    })),
    events: events.map(({ type, reason, message, count, firstTimestamp, lastTimestamp }) => ({
      type,
      reason: clipped(reason),
      message: clipped(message),
      count,
      first: firstTimestamp,
      last: lastTimestamp,
    })),
    problems: view.complaints.slice(0, MOST_PROBLEMS).map(brokenOf),
    notes: [...notesOf(view, now), ...grantLines(grants, view.spec.egress?.allow?.length).map(clipped)],
    ...(policy === undefined ? {} : { reach: { summary: clipped(reachSummary(policy)), lines: reachLines(policy) } }),
    ...(policy === undefined ? {} : await denialsOf(place, { view, now, signal })),
  }
}

/** undefined: there is none of that name. */
export const viewOf = async (place: Place, name: string, loaded: Loaded | undefined): Promise<BottleView | undefined> =>
  (loaded ?? (await loadBottles(place))).bottles.find((each) => each.name === name)

const notesOf = (view: BottleView, now: number): readonly string[] => {
  const { left, held, stale, hidden } = view
  const going = undoLine(view, now)
  const unverified = unverifiedLine(view)
  return [
    ...(left === 'Held'
      ? [`Its document is gone, and it is not deleted yet: ${held?.message ?? 'no controller has decided on it'}`]
      : []),
    ...(left === 'Retained' ? ['Its document is gone, and it is kept, as was asked.'] : []),
    ...(going === undefined ? [] : [`It is being deleted ${going}.`]),
    ...(hidden === true ? ["Its file can't be read: the last valid spec stays in force."] : []),
    ...(stale && hidden !== true ? ['Its spec was changed after this status was written.'] : []),
    ...(unverified === undefined ? [] : [unverified]),
  ].map(clipped)
}

const denialsOf = async (
  place: Place,
  { view, now, signal }: { readonly view: BottleView; readonly now: number; readonly signal: AbortSignal },
): Promise<Pick<Detail, 'denials'>> => {
  const denials = await recentDenials({ ...place, signal }, view, place.tools.dockerHost)
  if (denials === undefined) return {}
  if ('unknown' in denials) return { denials: { unknown: clipped(denials.unknown) } }
  const lines = denialLines(denials.records, now)
  return { denials: { rows: lines.slice(0, MOST_DENIALS).map((line) => line.split('\t').map(clipped)) } }
}

export const logOf = async (
  place: Place,
  { name, part, signal }: { readonly name: string; readonly part: 'bundle' | 'machine'; readonly signal: AbortSignal },
): Promise<Log> => {
  const { text, isWhole } = await within({ timeoutMs: LOG_MS, signal }, (until) =>
    runVerb(place, ['logs', name, '-c', part, '--tail=200', ...toolFlags(place)], { signal: until }),
  )
  return { text, isWhole }
}

const toolFlags = ({ tools: { dockerHost, smolvm } }: Place): readonly string[] => [
  `--smolvm=${smolvm}`,
  ...(dockerHost === undefined ? [] : [`--docker-host=${dockerHost}`]),
]
