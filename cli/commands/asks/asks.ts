import { looseNames, pick } from '../../bottles/target.ts'
import { loadAsks } from '../../bottles/asks.ts'
import type { NamedAsk } from '../../bottles/asks.ts'
import { loadBottles } from '../../bottles/bottles.ts'
import { alignLines, TABLE } from '../../print/columns.ts'
import { toJson, toJsonLine } from '../../print/json.ts'
import { INTERRUPTED } from '../../session/interrupts.ts'
import type { Session } from '../../session/session.ts'
import { defineCommand } from '../../verb/command.ts'
import { ASK_HEADER, askRow } from '../../views/ask-table.ts'

interface AsksOptions {
  readonly watch?: boolean
  readonly output?: 'json'
  readonly anyWaiting?: boolean
  readonly headers: boolean
}

export const asks = defineCommand<AsksOptions>({
  name: 'asks',
  summary: 'list what agents ask and nobody has answered',
  arguments: '[name...]',
  completes: 'names',
  details: [
    'List what the agents of bottles with supervise: true ask, and nobody has answered yet. What an agent says is in quotes, and may be a lie.',
    'bottlectl approve ID and bottlectl deny ID answer. No answer means no; after a day an ask is over. docs/asks.md says more.',
  ].join('\n\n'),
  examples: ['bottlectl asks', 'bottlectl asks -w', 'bottlectl asks --any-waiting && notify-send "an agent asks"'],
  options: [
    { flags: '-w, --watch', description: 'go on, and show each new one' },
    { flags: '-o, --output <format>', description: 'json', choices: ['json'] },
    { flags: '--any-waiting', description: 'print nothing; exit 0 if one waits, else 1' },
    { flags: '--no-headers', description: "don't print headers" },
  ],
  run: async ({ session, args, options }) => {
    const names = looseNames(args)
    if (names.length > 0) {
      const loaded = await loadBottles(session)
      for (const name of names) pick(loaded, name)
    }
    const load = async (): Promise<readonly NamedAsk[]> =>
      (await loadAsks(session.stateDir)).filter(
        ({ bottle, ask }) => ask.state === 'open' && (names.length === 0 || names.includes(bottle)),
      )
    const found = await load()
    if (options.anyWaiting === true) return found.length > 0 ? 0 : 1
    if (options.output === 'json' && options.watch !== true) {
      session.out(toJson({ apiVersion: 'bottlectl.bottled.dev/v1', kind: 'AskList', items: found.map(itemOf) }))
      return 0
    }
    print(session, found, { ...options, headers: options.headers })
    if (found.length === 0 && options.watch !== true) session.say('No agent asks anything.')
    else if (options.watch !== true && options.output === undefined)
      session.say('bottlectl approve ID, or bottlectl deny ID, answers.')
    return options.watch === true ? follow(session, { found, load, options }) : 0
  },
})

const LOOK_MS = 500

const itemOf = ({ bottle, ask }: NamedAsk): object => {
  const { id, state, content, openedAt } = ask
  return { bottle, id, state, openedAt, content }
}

const print = (session: Session, found: readonly NamedAsk[], { output, headers }: AsksOptions): void => {
  if (found.length === 0) return
  if (output === 'json') return session.out(found.map((each) => toJsonLine(itemOf(each))).join(''))
  const now = session.clock.now()
  const lines = alignLines([ASK_HEADER, ...found.map((each) => askRow(each, now))], TABLE)
  session.out(
    lines
      .slice(headers ? 0 : 1)
      .map((line) => `${line}\n`)
      .join(''),
  )
}

const follow = async (
  session: Session,
  {
    found,
    load,
    options,
  }: {
    readonly found: readonly NamedAsk[]
    readonly load: () => Promise<readonly NamedAsk[]>
    readonly options: AsksOptions
  },
): Promise<number> => {
  let known = new Set(found.map(({ ask }) => ask.id))
  let headers = options.headers && found.length === 0
  for (;;) {
    await session.clock.sleep(LOOK_MS, session.signal).catch(() => undefined)
    if (session.signal.aborted) return INTERRUPTED
    const now = await load()
    const fresh = now.filter(({ ask }) => !known.has(ask.id))
    print(session, fresh, { ...options, headers })
    if (fresh.length > 0) headers = false
    known = new Set(now.map(({ ask }) => ask.id))
  }
}
