import { createHash } from 'node:crypto'
import { isAllowed } from '../../egress/asks/allowed.ts'
import { clean } from '../../egress/asks/clean.ts'
import { judgeContent } from '../../egress/asks/content.ts'
import { decide } from '../../egress/decide.ts'
import { requestOf } from '../../egress/request-of.ts'
import type { Book, Standing } from './book.ts'
import { policyText } from './policy-text.ts'
import type { TellsPolicy } from './policy-text.ts'
import { isTakenUp, settle, TAKEN_UP_MS } from './settle.ts'
import { LONGEST_WAIT_S } from './tool-list.ts'

/**
 * What the tools do.
 *
 * Guarantees: none takes longer than 40 s; an answer is one text of JSON with `state` and `message`; what is granted was loaded.
 */
export interface ToolParts extends TellsPolicy {
  readonly book: Book
  now(): number
}

export interface ToolResult {
  readonly content: readonly [{ readonly type: 'text'; readonly text: string }]
  readonly isError?: true
}

type Arguments = Readonly<Record<string, unknown>>

/** `name` is whatever the agent says. */
export const callTool = (
  parts: ToolParts,
  { name, args }: { readonly name: string; readonly args: unknown },
  signal: AbortSignal,
): ToolResult | Promise<ToolResult> => {
  const given = typeof args === 'object' && args !== null ? (args as Arguments) : {}
  switch (name) {
    case 'policy':
      return result(policyText(parts, parts.now()))
    case 'request_egress':
      return requestEgress(parts, given, signal)
    case 'ask':
      return openAsk(parts, { ...given, kind: 'question' }, signal)
    case 'notify':
      return notify(parts, given)
    case 'check':
      return check(parts, given, signal)
    case 'permission_prompt':
      return permissionPrompt(parts, given, signal)
    default:
      return failed('UnknownTool', 'there is no such tool')
  }
}

const result = (value: object): ToolResult => ({ content: [{ type: 'text', text: JSON.stringify(value) }] })

const failed = (state: string, message: string): ToolResult => ({ ...result({ state, message }), isError: true })

const requestEgress = (parts: ToolParts, args: Arguments, signal: AbortSignal): ToolResult | Promise<ToolResult> => {
  const { url, method, why, minutes } = args
  if (typeof url !== 'string' || url.length > 1_024)
    return failed('Refused', 'url must be one, of 1,024 characters at most')
  const verb = typeof method === 'string' ? method.toUpperCase() : undefined
  const request = requestOf(verb ?? 'GET', url)
  if ('fault' in request) return failed('Refused', request.fault)
  const policy = parts.policy()
  const decision = policy === undefined ? undefined : decide(policy, request, parts.now())
  if (decision?.allow === true && decision.audit === undefined)
    return result({ state: 'granted', message: `it is allowed already, by ${decision.rule ?? 'the policy'}` })
  const reason = decision?.allow === false ? decision.reason : undefined
  if (reason === 'Denied')
    return failed('Refused', 'a deny of the policy forbids it, which no approval changes: do without it')
  if (reason === 'PushNotAllowed') return failed('Refused', 'no push can be asked for here: push through the git gate')
  const [path = '/'] = request.path.split('?', 1)
  const { host, port } = request
  return openAsk(parts, { kind: 'egress', host, port, method: verb, path, why, minutes }, signal)
}

const openAsk = async (parts: ToolParts, wanted: Arguments, signal: AbortSignal): Promise<ToolResult> => {
  const judged = judgeContent(wanted)
  if ('fault' in judged) return failed('Refused', judged.fault)
  const opened = parts.book.open(judged.content)
  if (opened === 'TooMany') return failed('TooMany', TOO_MANY)
  return result(describe(parts, await settle(parts, opened, { waitMs: TAKEN_UP_MS, until: isTakenUp, signal })))
}

const notify = ({ book }: ToolParts, { level, text }: Arguments): ToolResult => {
  if (typeof text !== 'string' || clean(text) === '') return failed('Refused', 'text must say something')
  return book.notify(level === 'warning' ? 'warning' : 'info', text)
    ? result({ state: 'told', message: 'it is told to people' })
    : failed('TooMany', 'too much was told lately: it is dropped')
}

const check = async (parts: ToolParts, { id, waitSeconds }: Arguments, signal: AbortSignal): Promise<ToolResult> => {
  const found = typeof id === 'string' ? parts.book.find(id) : undefined
  if (found === undefined) return failed('Unknown', 'no such ask is open here, or was answered lately: ask again')
  const seconds = typeof waitSeconds === 'number' ? Math.min(Math.max(waitSeconds, 0), LONGEST_WAIT_S) : 0
  const waitMs = Math.min(seconds * 1_000, LONGEST_WAIT_MS)
  return result(describe(parts, await settle(parts, found, { waitMs, until: isAnswered(parts), signal })))
}

const permissionPrompt = async (parts: ToolParts, args: Arguments, signal: AbortSignal): Promise<ToolResult> => {
  const input = typeof args['input'] === 'object' && args['input'] !== null ? args['input'] : {}
  const text = JSON.stringify(input)
  const no = (message: string): ToolResult => result({ behavior: 'deny', message })
  const judged = judgeContent({
    kind: 'permission',
    tool: args['tool_name'],
    input: text,
    digest: createHash('sha256').update(text).digest('hex'),
    bytes: Buffer.byteLength(text),
  })
  if ('fault' in judged) return no(judged.fault)
  const opened = parts.book.open(judged.content)
  if (opened === 'TooMany') return no(TOO_MANY)
  const end = await settle(parts, opened, { waitMs: LONGEST_WAIT_MS, until: isAnswered(parts), signal })
  if (end.state === 'approved') {
    parts.book.use(end)
    return result({ behavior: 'allow', updatedInput: input })
  }
  if (end.state === 'denied') return no(`a person denied it${end.reason === undefined ? '' : `: ${end.reason}`}`)
  return no(
    `nobody has answered yet, which is no; it stays asked as ${end.id}, so the same call may be tried again later`,
  )
}

/** Less than 40 s, with what comes before and after. */
const LONGEST_WAIT_MS = 38_000
const TOO_MANY = 'as many asks as can be are open already: wait until some are answered'

/** An approval of egress counts once it is in force. */
const isAnswered =
  (parts: ToolParts) =>
  (standing: Standing): boolean =>
    standing.content?.kind === 'egress'
      ? isGranted(parts, standing) || standing.state === 'denied' || standing.state === 'expired'
      : standing.state !== 'waiting' && standing.state !== 'open'

const isGranted = ({ policy, now }: ToolParts, { content }: Standing): boolean => {
  const loaded = policy()
  return loaded !== undefined && content?.kind === 'egress' && isAllowed(loaded, content, now())
}

const describe = (parts: ToolParts, standing: Standing): object => {
  const { id, state, reason, answer } = standing
  if (isGranted(parts, standing)) return { id, state: 'granted', message: 'it is allowed and in force: go on' }
  switch (state) {
    case 'waiting':
      return { id, state, message: `no controller has taken it up yet; ${LATER}` }
    case 'open':
      return { id, state, message: `a person decides (bottlectl approve ${id}); ${LATER}` }
    case 'approved':
      if (standing.content?.kind === 'push' && standing.used !== true)
        return { id, state, message: 'a person approved it, for once: push the same commit again' }
      return standing.content?.kind === 'egress'
        ? { id, state, message: `it was approved, and isn't in force (yet, or no longer); ${LATER}` }
        : { id, state, message: 'a person said yes', ...(answer === undefined ? {} : { answer }) }
    case 'denied':
      return {
        id,
        state,
        message: `it was denied${reason === undefined ? '' : `: ${reason}`}; don't ask again, do without it`,
      }
    case 'expired':
      return { id, state, message: 'nobody answered in time, which is no' }
  }
}

const LATER = 'until then it is denied; call check with this id and waitSeconds'
