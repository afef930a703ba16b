import { randomBytes } from 'node:crypto'
import { MOST_OPEN } from '../../egress/asks/answer.ts'
import type { AskAnswer } from '../../egress/asks/answer.ts'
import { clean } from '../../egress/asks/clean.ts'
import type { AskContent } from '../../egress/asks/content.ts'
import { keyOf } from '../../egress/asks/key.ts'

/**
 * What this bundle's agent asks, and what came of it.
 *
 * Flow: `open` notes an ask → the controller's watch hears of it (`report`) → the controller answers with all that it knows of this
 *   bottle's asks (`told`) → who waits is woken.
 * Guarantees: equal asks are one; at most 8 are open; nothing grows with what an agent does.
 * Assumptions: the controller's files are the truth. Here is only what it hasn't taken over yet: a bundle that restarts is told again.
 */
export interface Book {
  /** Changes with each start of the bundle. */
  readonly run: string
  open(content: AskContent): Standing | 'TooMany'
  /** By the controller's id, or the one that an ask had before the controller knew it. */
  find(id: string): Standing | undefined
  /** An answer that counts once has been given to the agent. */
  use(standing: Standing): void
  /** A message of the agent's to people; false: there were too many. */
  notify(level: string, text: string): boolean
  /** The controller's list, whole. */
  told(answers: readonly AskAnswer[]): void
  /** Something else has changed that somebody may wait for. */
  wake(): void
  report(): Report
  /** The controller has all up to this. */
  acknowledge(run: string, seq: number): void
  /** Resolves at the next change, after `ms`, or when the signal is aborted. */
  change(ms: number, signal: AbortSignal): Promise<void>
}

export interface Standing {
  readonly id: string
  readonly key: string
  /** Undefined where only the controller knows it. */
  readonly content: AskContent | undefined
  /** `waiting`: no controller has taken it up yet. */
  readonly state: 'waiting' | AskAnswer['state']
  readonly reason?: string
  readonly answer?: string
  /** It counted once, and has. */
  readonly used?: true
}

/** What the controller reads. */
export interface Report {
  readonly version: 1
  readonly run: string
  readonly seq: number
  /** `after`: of the decided ask that this one follows. */
  readonly asks: readonly { readonly key: string; readonly after?: string; readonly content: AskContent }[]
  readonly notices: readonly Notice[]
  /** Ids of approvals that counted once and have, as long as the controller doesn't say so itself. */
  readonly used: readonly string[]
}

export interface Notice {
  readonly seq: number
  readonly level: string
  readonly text: string
}

export const createBook = (now: () => number): Book => {
  const run = randomBytes(8).toString('hex')
  let seq = 0
  const wanted = new Map<string, { readonly content: AskContent; readonly after: string | undefined }>()
  let known = new Map<string, AskAnswer>()
  /** Of what was opened since the start; bounded. */
  const contents = new Map<string, AskContent>()
  /** Ids. */
  const used = new Set<string>()
  let notices: readonly Notice[] = []
  let tokens = { left: NOTICES, at: now() }
  const waiting = new Set<() => void>()

  const wake = (): void => {
    for (const each of waiting) each()
  }
  const news = (): void => {
    seq += 1
    wake()
  }

  const standing = (key: string): Standing | undefined => {
    const content = contents.get(key)
    const told = known.get(key)
    if (wanted.has(key) || told === undefined)
      return wanted.has(key) ? { id: shortId(key), key, content, state: 'waiting' } : undefined
    const { id, state, reason, answer } = told
    return {
      id,
      key,
      content,
      state,
      ...(reason === undefined ? {} : { reason }),
      ...(answer === undefined ? {} : { answer }),
      ...(isUsed(told) ? { used: true } : {}),
    }
  }

  const isUsed = (told: AskAnswer): boolean => told.used === true || used.has(told.id)

  const isSpent = (content: AskContent, told: AskAnswer): boolean => {
    const { state, at, until } = told
    if (state === 'open') return false
    if (isUsed(told)) return true
    if (until !== undefined) return now() >= Date.parse(until)
    const forMs = state === 'approved' && content.kind === 'egress' ? LOADING_MS : STANDS_MS
    return now() - Date.parse(at) > forMs
  }

  const open: Book['open'] = (content) => {
    const key = keyOf(content)
    remember(contents, key, content)
    const told = known.get(key)
    if (wanted.has(key) || (told !== undefined && !isSpent(content, told))) return standing(key) as Standing
    const isOpen = [...known.values()].filter(({ state }) => state === 'open').length
    if (wanted.size + isOpen >= MOST_OPEN) return 'TooMany'
    wanted.set(key, { content, after: told?.id })
    news()
    return standing(key) as Standing
  }

  return {
    run,
    open,
    find: (id) => {
      for (const key of [...wanted.keys(), ...known.keys()])
        if (shortId(key) === id || known.get(key)?.id === id) return standing(key)
      return undefined
    },
    use: ({ id }) => {
      used.add(id)
      for (const each of used) if (used.size > MOST_USED) used.delete(each)
      news()
    },
    notify: (level, text) => {
      const left = Math.min(NOTICES, tokens.left + (now() - tokens.at) / NOTICE_MS)
      if (left < 1 || notices.length >= NOTICES) return false
      tokens = { left: left - 1, at: now() }
      notices = [...notices, { seq: seq + 1, level: clean(level, 20), text: clean(text) }]
      news()
      return true
    },
    told: (answers) => {
      known = new Map(answers.map((each) => [each.key, each]))
      for (const [key, { after }] of wanted) {
        const told = known.get(key)
        if (told !== undefined && told.id !== after) wanted.delete(key)
      }
      wake()
    },
    wake,
    report: () => ({
      version: 1,
      run,
      seq,
      asks: [...wanted].map(([key, { content, after }]) => ({
        key,
        ...(after === undefined ? {} : { after }),
        content,
      })),
      notices,
      used: [...known.values()].flatMap((told) => (told.used !== true && used.has(told.id) ? [told.id] : [])),
    }),
    acknowledge: (of, upTo) => {
      if (of === run) notices = notices.filter((each) => each.seq > upTo)
    },
    change: (ms, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          waiting.delete(end)
          signal.removeEventListener('abort', end)
          resolve()
        }
        const timer = setTimeout(end, ms)
        waiting.add(end)
        if (signal.aborted) end()
        else signal.addEventListener('abort', end, { once: true })
      }),
  }
}

/** How long an answer stands before the same can be asked again. */
const STANDS_MS = 10 * 60_000
/** By then an approval of egress is loaded; if nothing is allowed by it, it is over. */
const LOADING_MS = 30_000
const NOTICES = 10
const NOTICE_MS = 30_000
const MOST_USED = 64
const MOST_CONTENTS = 64

const shortId = (key: string): string => `new-${key.slice(0, 12)}`

const remember = (contents: Map<string, AskContent>, key: string, content: AskContent): void => {
  contents.delete(key)
  contents.set(key, content)
  for (const each of contents.keys()) if (contents.size > MOST_CONTENTS) contents.delete(each)
}
