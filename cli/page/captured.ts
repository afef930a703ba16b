import type { Clock } from '../../controller/time/clock.ts'
import { harmless } from '../../drivers/harmless.ts'
import { loadVerbs } from '../commands/index.ts'
import { plain } from '../print/colour.ts'
import { reportError } from '../print/error.ts'
import type { Env } from '../session/user-folders.ts'
import type { Session } from '../session/session.ts'
import { toCommand } from '../verb/command.ts'

/**
 * Runs a verb of bottlectl in this process, as a terminal would.
 *
 * Guarantees: the words go through the verb's own parser, so that they can be no more than what a person could type; output is
 *   harmless and bounded; the verb ends with the signal.
 */
export interface Place {
  readonly root: string
  readonly lockDir: string
  readonly stateDir: string
  readonly clock: Clock
  readonly env: Env
  /** Where the controller finds them. */
  readonly tools: { readonly dockerHost?: string; readonly smolvm: string }
}

export interface Said {
  readonly exitCode: number
  readonly text: string
  readonly isWhole: boolean
}

const MOST_CHARACTERS = 256 * 1024

export const runVerb = async (
  place: Place,
  [name = '', ...words]: readonly string[],
  setting: {
    readonly signal: AbortSignal
    /** Unix time in milliseconds; absent: the clock's. */
    readonly now?: number
    /** Asked for a yes, with what was said so far; absent: nobody is there to be asked. */
    readonly agrees?: (said: string) => boolean
  },
): Promise<Said> => {
  const { signal, now, agrees } = setting
  const [verb] = await loadVerbs(name)
  if (verb === undefined) throw new Error(`no verb ${name}`)
  let text = ''
  let isWhole = true
  let exitCode = 0
  const write = (more: string): void => {
    const room = MOST_CHARACTERS - text.length
    if (more.length > room) isWhole = false
    text += harmless(more.slice(0, Math.max(0, room)))
  }
  const terminal = { stdin: agrees !== undefined, stdout: false, stderr: agrees !== undefined }
  const session: Session = {
    ...place,
    clock: now === undefined ? place.clock : { ...place.clock, now: () => now },
    cwd: place.root,
    terminal,
    paint: plain,
    signal,
    out: write,
    log: write,
    say: (line) => write(`${line}\n`),
    complain: (error) => reportError(error, { write }),
    ask: async () => (agrees?.(text) === true ? 'y' : 'n'),
    progress: { shown: false, show: () => undefined, clear: () => undefined },
    lend: async (work) => work(),
    stdin: async () => '',
  }
  const command = toCommand(verb, {
    ended: (code) => (exitCode = code),
    open: async () => session,
    allVerbs: loadVerbs,
  })
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: () => undefined })
  try {
    await command.parseAsync([...words], { from: 'user' })
  } catch (error) {
    exitCode = reportError(error, { write })
  }
  return { exitCode, text, isWhole }
}
