import type { Clock } from '../time/clock.ts'
import { MASS_WINDOW_MS, ruleDeletion } from './ruling.ts'
import type { HeldBy, Ruling } from './ruling.ts'

/**
 * Knows which documents are missing and since when, and rules whether their bottles may be deleted.
 *
 * Guarantees: this memory only ever delays a deletion; a bottle counts once, however often its document went. A bottle held
 *   as one of many has that in its record. Caveats: a restart begins the grace again and forgets earlier deletions.
 */
export interface Guards {
  /** Its document was not found: the grace begins, and it counts for the mass guard. */
  missing(name: string): void
  /** Rules on a bottle whose document isn't there; `file` and `massHeld` are what its record says. */
  rule(
    name: string,
    facts: { readonly bottles: number; readonly file: string; readonly massHeld: boolean },
  ): Promise<Ruling>
  /** Rules on a parked bottle whose time to undo is over: only what may bring its document back in a moment holds it. */
  ruleParked(file: string): Promise<Ruling>
  /** Its document is there (again). */
  seen(name: string): void
  /** A person named this bottle: the mass guard doesn't apply. */
  confirm(name: string): void
  /** A person confirmed all that are held now. Returns their names, in order. */
  confirmAll(): readonly string[]
  /** Its deletion has begun. */
  decided(name: string): void
  /** True while some are missing and not ruled on yet. */
  waiting(): boolean
  /** Names held by a guard, in order. */
  held(): readonly string[]
}

/** What else counts where documents are declared. */
export interface Surroundings {
  /** The operation of git under way. */
  gitAtWork(): Promise<string | undefined>
  /** Who has the file open for writing. */
  writerOf(file: string): Promise<string | undefined>
  /** Why its being gone is no deletion; absent: being gone is one. */
  unseen?(name: string): string | undefined
  /** A person confirmed its deletion there. */
  isConfirmed?(name: string): boolean
  /** The command that does so; absent, or undefined: that of bottlectl for all. */
  confirmBy?(name: string): string | undefined
}

export const createGuards = (options: {
  readonly clock: Clock
  readonly surroundings: Surroundings
  readonly graceMs: number
  readonly allowMassDelete: boolean
}): Guards => {
  const { clock, surroundings, graceMs, allowMassDelete } = options
  const since = new Map<string, number>()
  const confirmed = new Set<string>()
  const held = new Map<string, HeldBy>()
  /** By name: when the deletion of a bottle began, within the window. A bottle that is back is removed. */
  const decisions = new Map<string, number>()

  const isConfirmed = (name: string): boolean => confirmed.has(name) || surroundings.isConfirmed?.(name) === true

  const missing = (name: string): number => {
    const at = since.get(name) ?? clock.monotonicMs()
    since.set(name, at)
    decisions.delete(name)
    return at
  }

  return {
    missing,
    rule: async (name, { bottles, file, massHeld }) => {
      const now = clock.monotonicMs()
      const missingForMs = now - missing(name)
      for (const [other, at] of decisions) if (now - at >= MASS_WINDOW_MS) decisions.delete(other)
      const ruling = ruleDeletion({
        missingForMs,
        graceMs,
        git: missingForMs >= graceMs ? await surroundings.gitAtWork() : undefined,
        writer: missingForMs >= graceMs ? await surroundings.writerOf(file) : undefined,
        confirmed: allowMassDelete || isConfirmed(name),
        unseen: confirmed.has(name) ? undefined : surroundings.unseen?.(name),
        confirmBy: surroundings.confirmBy?.(name),
        massHeld,
        bottles,
        missing: since.size,
        recent: decisions.size,
      })
      if (ruling.verdict === 'held') held.set(name, ruling.reason)
      else held.delete(name)
      return ruling
    },
    ruleParked: async (file) =>
      ruleDeletion({
        ...PARKED,
        graceMs,
        git: await surroundings.gitAtWork(),
        writer: await surroundings.writerOf(file),
      }),
    seen: (name) => {
      since.delete(name)
      confirmed.delete(name)
      held.delete(name)
      decisions.delete(name)
    },
    confirm: (name) => {
      confirmed.add(name)
    },
    confirmAll: () => {
      const names = [...held.keys()].toSorted()
      for (const name of names) confirmed.add(name)
      return names
    },
    decided: (name) => {
      since.delete(name)
      held.delete(name)
      // A confirmed deletion is not a sign of an accident; but one named out of a held mass must not release the rest.
      const restHeld = [...held].some(([other, why]) => why === 'MassDeletion' && !confirmed.has(other))
      if (!confirmed.delete(name) || restHeld) decisions.set(name, clock.monotonicMs())
    },
    waiting: () => [...since.keys()].some((name) => !held.has(name) && !confirmed.has(name)),
    held: () => [...held.keys()].toSorted(),
  }
}

/** Its grace is long over, and many that end together are no accident: they were ruled on before they were parked. */
const PARKED = { missingForMs: Infinity, confirmed: true, massHeld: false, bottles: 0, missing: 0, recent: 0 } as const
