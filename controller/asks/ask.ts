import { createHash } from 'node:crypto'
import type { AskAnswer, AskState } from '../../egress/asks/answer.ts'
import { ASK_ID, isTime } from '../../egress/asks/answer.ts'
import { judgeContent } from '../../egress/asks/content.ts'
import type { AskContent } from '../../egress/asks/content.ts'
import { keyOf } from '../../egress/asks/key.ts'
import { shownRef } from '../../egress/asks/shown-ref.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'

/** What an agent asked, as its file `<state>/bottles/<identity>/asks/<id>.json` has it. Pure. */
export interface Ask {
  readonly version: 1
  readonly id: string
  /** Of the bottle. */
  readonly uid: string
  readonly key: string
  readonly state: AskState
  readonly content: AskContent
  /** ISO 8601 UTC; so are the others. */
  readonly openedAt: string
  readonly decidedAt?: string
  /** Who decided, or is about to: a person's name on this machine, or `policy`. */
  readonly by?: string
  readonly reason?: string
  readonly answer?: string
  /** When the approval of a push ends. */
  readonly until?: string
  /** It counted once, and has. */
  readonly used?: true
  /** Its event and its notification are out. */
  readonly announced?: true
}

export const MOST_FILE_BYTES = 16 * 1024

/** undefined: it is none, or another one's. */
export const parseAsk = (text: string | undefined, id: string): Ask | undefined => {
  const value = parseJson(text ?? '')
  if (!isRecord(value) || value['version'] !== 1 || value['id'] !== id || !ASK_ID.test(id)) return undefined
  const { uid, state, content, openedAt, decidedAt, by, reason, answer, until, used, announced } = value
  const judged = judgeContent(content)
  if ('fault' in judged || typeof uid !== 'string' || !isState(state) || !isTime(openedAt)) return undefined
  return {
    version: 1,
    id,
    uid,
    key: keyOf(judged.content),
    state,
    content: judged.content,
    openedAt,
    ...(isTime(decidedAt) ? { decidedAt } : {}),
    ...(typeof by === 'string' ? { by } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof answer === 'string' ? { answer } : {}),
    ...(isTime(until) ? { until } : {}),
    ...(used === true ? { used } : {}),
    ...(announced === true ? { announced } : {}),
  }
}

export const askText = (ask: Ask): string => `${JSON.stringify(ask, undefined, 2)}\n`

/** What the bundle is told of it. */
export const answerOf = ({ key, id, state, openedAt, decidedAt, reason, answer, until, used }: Ask): AskAnswer => ({
  key,
  id,
  state,
  at: decidedAt ?? openedAt,
  ...(reason === undefined ? {} : { reason }),
  ...(answer === undefined ? {} : { answer }),
  ...(until === undefined ? {} : { until }),
  ...(used === undefined ? {} : { used }),
})

/** Eight characters that nobody can foresee, made of a new uid. */
export const askIdOf = (uid: string): string =>
  [...createHash('sha256').update(uid).digest().subarray(0, 8)].map((byte) => LETTERS[byte % 32]).join('')

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'

/** In a few words, for a line; the agent's own words in quotes. */
export const askWords = (content: AskContent): string => {
  switch (content.kind) {
    case 'egress':
      return `${content.method ?? 'any method'} ${urlOf(content)}, as it says ${JSON.stringify(content.why)}`
    case 'question':
      return `the question ${JSON.stringify(content.question)}`
    case 'permission':
      return `to use ${JSON.stringify(content.tool)} with ${JSON.stringify(content.input)}`
    case 'push':
      return `a push of ${content.commit.slice(0, 12)} to ${pushTarget(content)}`
  }
}

/** Where a push would go. */
export const pushTarget = ({ ref, url }: Extract<AskContent, { readonly kind: 'push' }>): string =>
  `${JSON.stringify(shownRef(ref))} of ${url}`

export const urlOf = ({ host, port, path }: Extract<AskContent, { readonly kind: 'egress' }>): string =>
  `${port === 80 ? 'http' : 'https'}://${host}${port === 443 || port === 80 ? '' : `:${port}`}${path ?? ''}`

const isState = (value: unknown): value is AskState =>
  value === 'open' || value === 'approved' || value === 'denied' || value === 'expired'
