import { onAbort } from '../calls/on-abort.ts'
import { withDeadline } from '../calls/deadline.ts'
import { createTurns } from '../calls/turns.ts'
import type { Connection } from './connection.ts'
import { demultiplex } from './demultiplex.ts'
import { makeExec, startExec } from './exec.ts'

/**
 * One exec for several messages: a line in, a line out. To start a program for each costs more than all else that it is told for.
 *
 * Flow: the first message starts it, in the container of that id, and is sent once the program has said an empty line; it ends after a
 *   minute without a message, at once where anything is not as it should be, and with its container.
 * Guarantees: an answer is that of its own message: one at a time, and after a failure nothing more is read. A program that starts too
 *   late has no message: its stdin can't be taken back, and would be heard after what was told meanwhile. A few are kept, the ones
 *   that were used last: an idle bundle has none.
 * Caveats: a message whose conversation failed may have been heard.
 */
export interface Conversations {
  /** The answer; undefined: there is none by this way. Throws where `signal` aborts. */
  say(message: Message, signal?: AbortSignal): Promise<string | undefined>
  endAll(): void
}

interface Message {
  readonly operation: string
  /** Id. */
  readonly container: string
  /** One line. */
  readonly text: string
}

interface Setting {
  readonly command: readonly string[]
  /** Of an answer. */
  readonly mostBytes: number
  readonly idleMs?: number
  readonly most?: number
  readonly patienceMs?: number
}

interface Conversation {
  ask(text: string, signal: AbortSignal): Promise<string>
  end(): void
}

export const createConversations = (
  connection: Pick<Connection, 'json' | 'attach'>,
  { command, mostBytes, idleMs = IDLE_MS, most = MOST, patienceMs = PATIENCE_MS }: Setting,
): Conversations => {
  /** The one that was used last is the last. */
  const open = new Map<string, Conversation>()
  const turns = createTurns()

  const end = (container: string): void => {
    open.get(container)?.end()
    open.delete(container)
  }

  const take = (operation: string, container: string): Conversation => {
    const found = open.get(container)
    const taken =
      found ??
      converse(connection, { operation, container, command, mostBytes, idleMs }, () => {
        if (open.get(container) === taken) open.delete(container)
      })
    open.delete(container)
    open.set(container, taken)
    return taken
  }

  /** After each message: those that are at work then are left for the time after theirs. */
  const trim = (): void => {
    for (const oldest of open.keys()) {
      if (open.size <= most) break
      if (turns.last(oldest) === undefined) end(oldest)
    }
  }

  return {
    say: ({ operation, container, text }, signal) => {
      const said = turns.take(container, async () => {
        try {
          return await withDeadline({ operation, deadlineMs: patienceMs, signal }, (inner) =>
            take(operation, container).ask(text, inner),
          )
        } catch (error) {
          end(container)
          if (signal?.aborted === true) throw error
          return undefined
        }
      })
      void turns.last(container)?.then(trim)
      return said
    },
    endAll: () => {
      for (const container of open.keys()) end(container)
    },
  }
}

const IDLE_MS = 60_000
const MOST = 16
/** Its program may start while a VM boots beside it. */
const PATIENCE_MS = 15_000

const converse = (
  connection: Pick<Connection, 'json' | 'attach'>,
  {
    operation,
    container,
    command,
    mostBytes,
    idleMs,
  }: Pick<Setting, 'command' | 'mostBytes'> & Omit<Message, 'text'> & { readonly idleMs: number },
  onEnd: () => void,
): Conversation => {
  const ending = new AbortController()
  let waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | undefined
  let idle: NodeJS.Timeout | undefined
  let line = ''

  const end = (why = 'it was ended'): void => {
    if (ending.signal.aborted) return
    clearTimeout(idle)
    ending.abort()
    waiting?.reject(new Error(why))
    onEnd()
  }
  const hear = (bytes: Buffer): void => {
    line += bytes.toString('latin1')
    const at = line.indexOf('\n')
    // Nobody has asked, or there is more than an answer.
    if (waiting === undefined || line.length > mostBytes || (at !== -1 && at !== line.length - 1)) end('nonsense')
    else if (at !== -1) {
      waiting.resolve(Buffer.from(line, 'latin1').toString('utf8'))
      waiting = undefined
      line = ''
    }
  }
  const answered = (): Promise<string> =>
    new Promise((resolve, reject) => {
      if (ending.signal.aborted) return reject(new Error('it has ended'))
      waiting = { resolve, reject }
    })
  const started = (async () => {
    const id = await makeExec(connection, { operation, container, command }, ending.signal)
    const stream = await startExec(connection, { operation, id }, ending.signal)
    const ready = answered()
    stream.on('error', () => end('broken'))
    // What it says on stderr isn't for us.
    demultiplex(
      stream,
      (from, bytes) => {
        if (from === 'stdout') hear(bytes)
        return undefined
      },
      true,
    ).then(
      () => end('it has ended'),
      () => end('broken'),
    )
    // Some Engines write into the stream that they can't start it.
    if ((await ready) !== '\n') throw new Error('it does not say that it reads')
    return stream
  })()
  started.catch(() => end('it could not be started'))

  return {
    end,
    ask: async (text, signal) => {
      clearTimeout(idle)
      const leave = onAbort(signal, () => end('not in time'))
      try {
        const stream = await started
        const answer = answered()
        stream.write(`${text}\n`)
        return await answer
      } finally {
        leave()
        if (!ending.signal.aborted) idle = setTimeout(end, idleMs).unref()
      }
    },
  }
}
