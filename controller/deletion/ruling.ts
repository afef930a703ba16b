/**
 * Rules when a bottle whose document is gone may be deleted. Pure.
 *
 * Guarantees: never before the grace, never while git is at work or somebody has its file open for writing, never more than
 *   half of the bottles (and at least 3) within a minute, unless a person confirmed it.
 */
export const MASS_WINDOW_MS = 60_000
const MASS_AT_LEAST = 3
const CONFIRM_ALL = 'bottlectl confirm-deletes'

export type HeldBy = 'GitAtWork' | 'FileOpen' | 'MassDeletion' | 'DeletionUnseen'

export type Ruling =
  | { readonly verdict: 'grace'; readonly leftMs: number }
  | { readonly verdict: 'held'; readonly reason: HeldBy; readonly message: string }
  | { readonly verdict: 'delete' }

export const ruleDeletion = (facts: {
  readonly missingForMs: number
  readonly graceMs: number
  /** The git operation under way. */
  readonly git: string | undefined
  /** Who has the file that it was in open for writing. */
  readonly writer: string | undefined
  /** Why its being gone is no deletion. */
  readonly unseen?: string | undefined
  /** The command that confirms this one, where there is one. */
  readonly confirmBy?: string | undefined
  /** A named deletion, a confirmed one, or --allow-mass-delete. */
  readonly confirmed: boolean
  /** It was held as one of many before, maybe by an earlier controller. */
  readonly massHeld: boolean
  /** Bottles with a record now, and those among them whose document is gone. */
  readonly bottles: number
  readonly missing: number
  /** Bottles deleted within the window; `bottles` no longer counts them. */
  readonly recent: number
}): Ruling => {
  const { missingForMs, graceMs, git, writer, confirmed } = facts
  if (missingForMs < graceMs) return { verdict: 'grace', leftMs: graceMs - missingForMs }
  if (git !== undefined) {
    return {
      verdict: 'held',
      reason: 'GitAtWork',
      message: `its document is gone, but git is at work (${git}); held until that is done`,
    }
  }
  if (writer !== undefined) {
    return {
      verdict: 'held',
      reason: 'FileOpen',
      message: `its document is gone, but ${writer} has the file open for writing; held until it is closed`,
    }
  }
  if (facts.unseen !== undefined) {
    return {
      verdict: 'held',
      reason: 'DeletionUnseen',
      message: `${facts.unseen}; nothing is deleted until it is there again, or: ${CONFIRM_ALL}`,
    }
  }
  const [going, all] = [facts.missing + facts.recent, facts.bottles + facts.recent]
  const isMass = going >= MASS_AT_LEAST && going * 2 > all
  if (confirmed || !(isMass || facts.massHeld)) return { verdict: 'delete' }
  const why = isMass ? `${going} of ${all} bottles are gone from the files` : 'it went together with many others'
  return {
    verdict: 'held',
    reason: 'MassDeletion',
    message: `${why}; nothing is deleted until: ${facts.confirmBy ?? CONFIRM_ALL}`,
  }
}
