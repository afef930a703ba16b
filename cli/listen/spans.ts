/**
 * How long bottles take to be Ready: since an edit, and since they stopped being it by themselves. Pure but for `now`.
 *
 * Flow: `edited` → passes → the first end as Ready is a `ready` since the edit; the end of a Ready bottle as anything else,
 *   with no edit open, begins a repair. Guarantees: bounded by the bottles that there are.
 */
export interface Spans {
  edited(name: string): void
  ended(name: string, outcome: string): void
}

export const createSpans = (options: {
  /** Milliseconds, monotonic. */
  readonly now: () => number
  readonly onReady: (since: 'edit' | 'drift', ms: number) => void
}): Spans => {
  const { now, onReady } = options
  const open = new Map<string, { readonly since: 'edit' | 'drift'; readonly atMs: number }>()
  const ready = new Set<string>()
  return {
    edited: (name) => {
      // Of several edits in a row the first one counts: a person waits since then.
      if (open.get(name)?.since !== 'edit') open.set(name, { since: 'edit', atMs: now() })
    },
    ended: (name, outcome) => {
      const span = open.get(name)
      if (outcome === 'Ready') {
        ready.add(name)
        if (span === undefined) return
        open.delete(name)
        onReady(span.since, now() - span.atMs)
        return
      }
      const wasReady = ready.delete(name)
      if (AT_AN_END.has(outcome)) open.delete(name)
      else if (wasReady && span === undefined) open.set(name, { since: 'drift', atMs: now() })
    },
  }
}

/** As asked, and not Ready. */
const AT_AN_END: ReadonlySet<string> = new Set(['Deleted', 'Parked', 'Retained', 'Suspended'])
