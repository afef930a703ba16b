import type { Part } from '../taint/taint.ts'
import { change } from './reconciler.ts'
import type { Plan, Situation } from './reconciler.ts'

/** A part that ended or went without us gives up the paths that it was started with; undefined if it has none. */
export const giveUpPaths = ({ identity, record, taint }: Situation, part: Part): Plan | undefined =>
  record.reach?.[part] === undefined
    ? undefined
    : change({
        verb: 'note',
        target: `paths/${part}`,
        because: 'it no longer runs',
        quiet: true,
        run: () => taint.release(identity, part),
      })
