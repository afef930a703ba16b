import { randomUUID } from 'node:crypto'
import { within } from '../../drivers/calls/within.ts'
import type { Action, Done, Preview } from '../../page/wire.ts'
import { runVerb } from './captured.ts'
import { fewAtOnce } from './few.ts'
import type { Place } from './captured.ts'
import { commandOf, wordsOf } from './words.ts'

/**
 * What the page does: verbs of bottlectl, each shown first.
 *
 * Flow: preview (`--dry-run`, kept) → its id → the same preview once more → the verb, if that says the same.
 * Guarantees: only what was shown is done, once; what is written of an approval is the very diff that was shown: the verb asks
 *   for a yes with its diff, at the time of the preview, and gets it only for those lines. Bounded in number, size and time.
 */
export interface Actions {
  preview(action: Action): Promise<Preview>
  /** undefined: there is no such preview, it is done already, or too old. */
  carryOut(id: string): Promise<Done | undefined>
}

const MOST_AT_ONCE = 4
const MOST_KEPT = 64
/** As an approval's time begins with its preview. */
const LONGEST_KEPT_MS = 10 * 60_000
export const LATEST_MS = 30_000

interface Kept {
  readonly action: Action
  readonly now: number
  readonly shown: string
}

export const createActions = (place: Place, signal: AbortSignal): Actions => {
  const { clock } = place
  const kept = new Map<string, Kept>()
  const few = fewAtOnce(MOST_AT_ONCE)
  const oneOfFew = <Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> =>
    few(() => within({ timeoutMs: LATEST_MS, signal }, work))

  const show = async (
    action: Action,
    now: number,
    until: AbortSignal,
  ): Promise<{ text: string; isPossible: boolean }> => {
    const words = wordsOf(action)
    const parts: string[] = []
    let isPossible = true
    for (const each of words.preview) {
      const { exitCode, text } = await runVerb(place, each, { signal: until, now })
      if (exitCode !== 0 && !(each[0] === 'diff' && exitCode === 1)) isPossible = false
      parts.push(text)
      if (!isPossible) break
    }
    return { text: [...parts, ...(isPossible && words.note !== undefined ? [words.note] : [])].join(''), isPossible }
  }

  const keep = (given: Kept): string => {
    for (const [id, { now }] of kept) if (clock.now() - now > LONGEST_KEPT_MS || kept.size >= MOST_KEPT) kept.delete(id)
    const id = randomUUID()
    kept.set(id, given)
    return id
  }

  const previewOf = async (action: Action, until: AbortSignal): Promise<Preview> => {
    const now = clock.now()
    const { text, isPossible } = await show(action, now, until)
    return {
      ...(isPossible ? { id: keep({ action, now, shown: text }) } : {}),
      command: commandOf(wordsOf(action).run.filter((word) => word !== '--no-wait')),
      lines: linesOf(text),
    }
  }

  return {
    preview: (action) => oneOfFew((until) => previewOf(action, until)),
    carryOut: (id) =>
      oneOfFew(async (until) => {
        const found = kept.get(id)
        kept.delete(id)
        if (found === undefined || clock.now() - found.now > LONGEST_KEPT_MS) return undefined
        const { action, now, shown } = found
        const isSame = (await show(action, now, until)).text === shown
        // The verb itself asks at the moment of its last look.
        let isRefused = !isSame
        if (isSame) {
          const agrees = (said: string): boolean => {
            isRefused = !shown.startsWith(said)
            return !isRefused
          }
          const { exitCode, text } = await runVerb(place, wordsOf(action).run, { signal: until, now, agrees })
          if (!isRefused) return { isDone: exitCode === 0, lines: linesOf(text) }
        }
        return {
          isDone: false,
          lines: ['It changed meanwhile, and nothing was done. This is what would be done now:'],
          instead: await previewOf(action, until),
        }
      }),
  }
}

/** That it was only tried, the page says in its own words. */
const linesOf = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split('\n')
    .filter((line) => !line.endsWith(' (dry run)'))
