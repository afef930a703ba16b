import type { Book, Standing } from './book.ts'

/** Waits until an ask is as it should be, for `waitMs` at most, or until who waits has left: how it stands then. */
export const settle = async (
  { book, now }: { readonly book: Pick<Book, 'change' | 'find'>; now(): number },
  standing: Standing,
  {
    waitMs,
    until,
    signal,
  }: { readonly waitMs: number; readonly until: (standing: Standing) => boolean; readonly signal: AbortSignal },
): Promise<Standing> => {
  const endMs = now() + waitMs
  let last = standing
  while (!until(last) && now() < endMs && !signal.aborted) {
    await book.change(endMs - now(), signal)
    last = book.find(shortOr(last)) ?? last
  }
  return last
}

/** It has another id once the controller knows it; the first one stays good. */
const shortOr = ({ key, id, state }: Standing): string => (state === 'waiting' ? `new-${key.slice(0, 12)}` : id)

/** A controller knows it. */
export const isTakenUp = ({ state }: Standing): boolean => state !== 'waiting'

/** By then one that runs has taken it up. */
export const TAKEN_UP_MS = 3_000
