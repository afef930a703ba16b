import { join } from 'node:path'
import { OWN_SHELL, withEnv } from '../../drivers/container/scripts.ts'
import { readOwn } from '../../drivers/disk/read-own.ts'
import { isRecord, parseJson } from '../../drivers/json.ts'
import type { Session } from '../session/session.ts'

/** A command with the agent's environment, which Docker doesn't know; by the shell that its container was made with. */
export const asAgent = async (
  session: Pick<Session, 'stateDir'>,
  machine: string,
  command: readonly string[],
): Promise<readonly string[]> => {
  const kept = parseJson((await readOwn(join(session.stateDir, 'containers', `${machine}.json`)).catch(() => '')) ?? '')
  const shell = isRecord(kept) ? kept['shell'] : undefined
  const isShell = Array.isArray(shell) && shell.every((word) => typeof word === 'string')
  return withEnv(isShell ? (shell as readonly string[]) : OWN_SHELL, command)
}
