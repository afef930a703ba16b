import { ASK_ID, MOST_OPEN, MOST_TOLD } from '../egress/asks/answer.ts'
import { clean } from '../egress/asks/clean.ts'
import { judgeContent } from '../egress/asks/content.ts'
import type { AskContent } from '../egress/asks/content.ts'
import { keyOf } from '../egress/asks/key.ts'
import { isRecord, parseJson } from './json.ts'

/** What a bundle says that its agent asks. */
export interface Heard {
  /** Of this start of the bundle. */
  readonly run: string
  readonly seq: number
  readonly asks: readonly HeardAsk[]
  readonly notices: readonly HeardNotice[]
  /** Ids of approvals that count once, and have. */
  readonly used: readonly string[]
}

export interface HeardAsk {
  readonly key: string
  /** Id of the decided ask that this one follows. */
  readonly after?: string
  readonly content: AskContent
}

export interface HeardNotice {
  readonly level: 'info' | 'warning'
  readonly text: string
}

/**
 * A bundle's report, judged; undefined: it is none. Pure.
 *
 * Guarantees: whatever the text, at most 8 asks and 10 notices, each clean, small and of a kind that we know; a key is computed here,
 *   never believed. What is malformed in a list is left out alone.
 */
export const judgeHeard = (text: string): Heard | undefined => {
  const report = parseJson(text)
  if (!isRecord(report) || report['version'] !== 1) return undefined
  const { run, seq, asks, notices, used = [] } = report
  if (typeof run !== 'string' || !/^[0-9a-f]{1,32}$/.test(run) || !Number.isSafeInteger(seq) || Number(seq) < 0)
    return undefined
  if (!Array.isArray(asks) || !Array.isArray(notices) || !Array.isArray(used)) return undefined
  const heard = new Map<string, HeardAsk>()
  for (const each of asks.slice(0, MOST_OPEN)) {
    const ask = judgeAsk(each)
    if (ask !== undefined && !heard.has(ask.key)) heard.set(ask.key, ask)
  }
  return {
    run,
    seq: Number(seq),
    asks: [...heard.values()],
    notices: notices.slice(0, MOST_NOTICES).flatMap((each) => judgeNotice(each)),
    used: used.slice(0, MOST_TOLD).filter((each): each is string => typeof each === 'string' && ASK_ID.test(each)),
  }
}

const MOST_NOTICES = 10

const judgeAsk = (value: unknown): HeardAsk | undefined => {
  if (!isRecord(value)) return undefined
  const judged = judgeContent(value['content'])
  if ('fault' in judged) return undefined
  const { after } = value
  return {
    key: keyOf(judged.content),
    ...(typeof after === 'string' && ASK_ID.test(after) ? { after } : {}),
    content: judged.content,
  }
}

const judgeNotice = (value: unknown): readonly HeardNotice[] => {
  if (!isRecord(value) || typeof value['text'] !== 'string') return []
  const text = clean(value['text'])
  return text === '' ? [] : [{ level: value['level'] === 'warning' ? 'warning' : 'info', text }]
}
