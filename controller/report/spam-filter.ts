/**
 * A token bucket per object: a burst of events, then one per five minutes, so that a crash loop can't flood the log.
 *
 * Guarantees: bounded memory. Time is given by the caller.
 */
export interface SpamFilter {
  /** Takes one of the object's tokens; false if it has none left. `now` is in milliseconds. */
  admits(object: string, now: number): boolean
}

export interface SpamFilterOptions {
  readonly burst?: number
  readonly refillMs?: number
  /** How many objects are remembered; the one quiet for longest is forgotten first. */
  readonly objects?: number
}

export const createSpamFilter = ({
  burst = 50,
  refillMs = 5 * 60_000,
  objects = 4096,
}: SpamFilterOptions = {}): SpamFilter => {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>()
  return {
    admits: (object, now) => {
      const bucket = buckets.get(object) ?? { tokens: burst, at: now }
      const tokens = Math.min(burst, bucket.tokens + Math.max(0, now - bucket.at) / refillMs)
      const admitted = tokens >= 1
      buckets.delete(object)
      buckets.set(object, { tokens: admitted ? tokens - 1 : tokens, at: now })
      if (buckets.size > objects) {
        const oldest = buckets.keys().next()
        if (oldest.done !== true) buckets.delete(oldest.value)
      }
      return admitted
    },
  }
}
