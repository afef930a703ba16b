import { parseHost } from '../host.ts'
import { clean } from './clean.ts'

/**
 * What an agent may ask a person. Pure.
 *
 * Both ends judge it by this: the bundle what the agent says, the controller what the bundle says, as either may be the agent's.
 */
export type AskContent = EgressAsk | Question | Permission | Push

/** To reach something that the policy doesn't allow. */
export interface EgressAsk {
  readonly kind: 'egress'
  /** Canonical. */
  readonly host: string
  readonly port: number
  /** Absent: all. */
  readonly method?: string
  /** A path or a glob over paths. Absent: all. */
  readonly path?: string
  readonly why: string
  /** For how long; absent: the person decides. */
  readonly minutes?: number
}

export interface Question {
  readonly kind: 'question'
  readonly question: string
  /** Absent: any text is an answer. */
  readonly choices?: readonly string[]
}

/** To use a tool of the agent's own, for once. */
export interface Permission {
  readonly kind: 'permission'
  readonly tool: string
  /** JSON, cut. */
  readonly input: string
  /** SHA-256 of the whole input, in hex. */
  readonly digest: string
  /** Of the whole input. */
  readonly bytes: number
}

/** To push what the gate holds back. All but the summary is what will be pushed, to the letter. */
export interface Push {
  readonly kind: 'push'
  /** Its name at the gate. */
  readonly repository: string
  /** Where it is upstream. */
  readonly url: string
  /** Whole: a branch may be called like a tag. */
  readonly ref: string
  /** What the ref shall have, in hex. */
  readonly commit: string
  readonly summary: string
}

export type Judged = { readonly content: AskContent } | { readonly fault: string }

/** Takes nothing over but what it knows; texts are cleaned, not refused. */
export const judgeContent = (value: unknown): Judged => {
  if (!isRecord(value)) return { fault: 'it must be an object' }
  switch (value['kind']) {
    case 'egress':
      return judgeEgress(value)
    case 'question':
      return judgeQuestion(value)
    case 'permission':
      return judgePermission(value)
    case 'push':
      return judgePush(value)
    default:
      return { fault: 'its kind is unknown' }
  }
}

export const MOST_MINUTES = 7 * 24 * 60
export const MOST_CHOICES = 8

type Fields = Readonly<Record<string, unknown>>

const judgeEgress = ({ host, port, method, path, why, minutes }: Fields): Judged => {
  const parsed = typeof host === 'string' && host.length <= 260 ? parseHost(host) : { fault: 'BadHost' }
  if ('fault' in parsed)
    return {
      fault:
        parsed.fault === 'AddressLiteral'
          ? 'addresses can never be allowed: ask for a name'
          : 'host is no name of a host',
    }
  if (!Number.isInteger(port) || Number(port) < 1 || Number(port) > 65_535) return { fault: 'there is no such port' }
  if (method !== undefined && (typeof method !== 'string' || !/^[A-Z]{1,20}$/.test(method)))
    return { fault: 'method must be one like GET or POST' }
  if (path !== undefined && (typeof path !== 'string' || !PATH.test(path)))
    return { fault: 'the path must begin with / and be plain: no query, no escapes that servers read in two ways' }
  if (typeof why !== 'string' || clean(why) === '') return { fault: 'why must say what it is for' }
  if (minutes !== undefined && (!Number.isInteger(minutes) || Number(minutes) < 1 || Number(minutes) > MOST_MINUTES))
    return { fault: `minutes must be a whole number from 1 to ${MOST_MINUTES}` }
  return {
    content: {
      kind: 'egress',
      host: parsed.name,
      port: Number(port),
      ...(method === undefined ? {} : { method }),
      ...(path === undefined || path === '/' ? {} : { path }),
      why: clean(why),
      ...(minutes === undefined ? {} : { minutes: Number(minutes) }),
    },
  }
}

/** What a glob of `paths` can be, without what needs care: a person must see at a glance what it allows. */
const PATH = /^(?!.*(?:\/\/|\/\.{1,2}(?:\/|$)))\/[\w./~@:+,=$!*-]{0,500}$/

const judgeQuestion = ({ question, choices }: Fields): Judged => {
  if (typeof question !== 'string' || clean(question) === '') return { fault: 'question must say something' }
  if (choices === undefined) return { content: { kind: 'question', question: clean(question) } }
  if (!Array.isArray(choices) || choices.length === 0 || choices.length > MOST_CHOICES)
    return { fault: `choices must be a list of 1 to ${MOST_CHOICES} texts` }
  const texts = choices.map((each) => (typeof each === 'string' ? clean(each, 200) : ''))
  if (texts.includes('') || new Set(texts).size !== texts.length)
    return { fault: 'each of choices must be a text of its own' }
  return { content: { kind: 'question', question: clean(question), choices: texts } }
}

const judgePermission = ({ tool, input, digest, bytes }: Fields): Judged => {
  const name = typeof tool === 'string' ? clean(tool, 200) : ''
  if (name === '' || typeof input !== 'string') return { fault: 'a tool and its input are needed' }
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest) || !isSize(bytes))
    return { fault: 'digest and bytes must be those of the input' }
  return { content: { kind: 'permission', tool: name, input: clean(input), digest, bytes } }
}

const judgePush = ({ repository, url, ref, commit, summary }: Fields): Judged => {
  if (!isPlain(repository, 63) || !isPlain(url, 512)) return { fault: 'a repository and its URL are needed' }
  if (!isPlain(ref, 250) || !/^refs\/(?:heads|tags)\/./.test(ref))
    return { fault: 'the ref must be a branch or a tag, of 250 plain characters at most' }
  if (typeof commit !== 'string' || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
    return { fault: 'commit must be its whole name' }
  return {
    content: {
      kind: 'push',
      repository,
      url,
      ref,
      commit,
      summary: typeof summary === 'string' ? clean(summary) : '',
    },
  }
}

/** Cleaned, it would be another one: a person must decide about what is there. */
const isPlain = (value: unknown, bytes: number): value is string =>
  typeof value === 'string' && value !== '' && clean(value, bytes) === value

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
