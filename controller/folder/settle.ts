import { lstat } from 'node:fs/promises'
import type { Clock } from '../time/clock.ts'
import { dropAside, restoreOver } from './aside-put-back.ts'
import type { OpenWriters, Writer } from './open-writers.ts'
import { type Content, readSafely } from './read-safely.ts'

/** A file that was taken aside, after the new text got its name. */
export interface TakenAside {
  readonly file: string
  readonly aside: string
  readonly before: Content
  /** Hash of what we put in its place. */
  readonly ours: string
}

export type Settled = { readonly kind: 'dropped' | 'edited' } | { readonly kind: 'held'; readonly writer: Writer }

/**
 * Ends a write: what was taken aside goes, unless somebody still writes into it. `more`: what we put there after that.
 *
 * Guarantees: whoever had the old file open for writing goes on in it under its name, however long they pause, as far as
 *   `open-writers.ts` can see them; a text that was written into it before this look is never dropped.
 */
export const settleAside = async (
  { file, aside, before, ours }: TakenAside,
  {
    writers,
    more = [],
    onWriter = () => undefined,
  }: {
    readonly writers: OpenWriters
    readonly more?: readonly string[]
    /** Before anything is put back, as the disk may refuse that: the next sweep does it then. */
    readonly onWriter?: (writer: Writer) => void
  },
): Promise<Settled> => {
  const writer = await writers.of(before.stat)
  const isUntouched = await holdsText(aside, before)
  // Who removed the new file removed the old one, too.
  if ((writer === undefined && isUntouched) || !(await exists(file))) {
    await dropAside(aside)
    return { kind: 'dropped' }
  }
  if (writer !== undefined) onWriter(writer)
  await restoreOver(aside, { file, ours: [ours, ...more] })
  return writer === undefined ? { kind: 'edited' } : { kind: 'held', writer }
}

/** True also if it is gone: someone else has put it back or dropped it. */
export const holdsText = async (aside: string, { sha256 }: Pick<Content, 'sha256'>): Promise<boolean> => {
  const now = await readSafely(aside)
  return now.kind === 'gone' || (now.kind === 'text' && now.sha256 === sha256)
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

/**
 * Ends writes without keeping anyone waiting for long: the looks at processes take a tenth of the time.
 *
 * Flow: a write waits for its own end while the last look was long enough ago; else its end comes later, with those of others.
 */
export interface Settling {
  /** Resolves once it has ended; undefined: it will, later. */
  add(taken: TakenAside): Promise<Settled | undefined>
  isPending(file: string): boolean
  /** Resolves when nothing of this file is pending. */
  ended(file: string): Promise<void>
  /** Everything has ended. */
  idle(): Promise<void>
}

const SHARE = 10
const SOON_MS = 10

export const createSettling = (options: {
  readonly writers: OpenWriters
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>
  /** One change of a file at a time; `add` is called in its turn. */
  readonly inTurn: (file: string, work: () => Promise<Settled>) => Promise<Settled>
  /** Somebody has it open. */
  readonly onWriter: (file: string, writer: Writer) => void
  /** It ended after nobody waited for it any more, and what we wrote is gone; undefined: it could not be put back yet. */
  readonly onLate: (settled: Settled | undefined) => void
}): Settling => {
  const { writers, clock, inTurn, onLate, onWriter } = options
  /** By file, oldest first. */
  const pending = new Map<string, readonly TakenAside[]>()
  let restUntilMs = -Infinity
  let late: Promise<void> | undefined

  const settle = async (taken: TakenAside): Promise<Settled> => {
    const begunMs = clock.monotonicMs()
    const since = pending.get(taken.file) ?? []
    const more = since.slice(since.indexOf(taken) + 1).map(({ ours }) => ours)
    try {
      return await settleAside(taken, { writers, more, onWriter: (writer) => onWriter(taken.file, writer) })
    } finally {
      const left = (pending.get(taken.file) ?? []).filter((each) => each !== taken)
      if (left.length === 0) pending.delete(taken.file)
      else pending.set(taken.file, left)
      restUntilMs = clock.monotonicMs() + (clock.monotonicMs() - begunMs) * SHARE
    }
  }

  const settleLate = async (): Promise<void> => {
    while (pending.size > 0) {
      await clock.sleep(Math.max(0, restUntilMs - clock.monotonicMs()))
      const all = [...pending.values()].flat()
      const ends = await Promise.all(
        all.map((taken) => inTurn(taken.file, () => settle(taken)).catch((): undefined => undefined)),
      )
      for (const settled of ends) if (settled?.kind !== 'dropped') onLate(settled)
    }
  }

  return {
    add: async (taken) => {
      pending.set(taken.file, [...(pending.get(taken.file) ?? []), taken])
      if (late === undefined && clock.monotonicMs() >= restUntilMs) return settle(taken)
      late ??= settleLate().finally(() => {
        late = undefined
      })
      return undefined
    },
    isPending: (file) => pending.has(file),
    ended: async (file) => {
      while (pending.has(file)) await (late ?? clock.sleep(SOON_MS))
    },
    idle: async () => {
      await late
    },
  }
}
