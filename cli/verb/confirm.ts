import { CliError } from '../print/cli-error.ts'
import type { Session } from '../session/session.ts'

/** Asks on a terminal; elsewhere requires `--yes`. Throws if the answer is no. */
export const confirmed = async (session: Session, what: string, yes: boolean | undefined): Promise<void> => {
  if (yes === true) return
  if (!session.terminal.stdin || !session.terminal.stderr)
    throw new CliError(`${what}: no terminal to ask for confirmation`, 'add --yes', 2)
  session.say(what)
  await agreed(session)
}

/** Throws if the answer on the terminal is anything but yes. */
export const agreed = async (session: Session): Promise<void> => {
  const answer = await session.ask('Do you want to continue? (y/N): ')
  if (answer === undefined || !/^y(es)?$/i.test(answer.trim()))
    throw new CliError('nothing was changed', 'answer y, or add --yes', 'Conflict')
}
