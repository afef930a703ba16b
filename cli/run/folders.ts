import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import { CliError } from '../print/cli-error.ts'

/** Throws what says which flag helps, where the state can't be written. */
export const explain =
  (stateDir: string) =>
  (error: unknown): never => {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(errnoOf(error))) throw error
    throw new CliError(
      `can't write state to ${stateDir}: ${messageOf(error)}`,
      'bottled run --state-dir DIR uses another folder; --status sidecar keeps status out of the files',
    )
  }

/** Throws a CliError if it isn't a folder. */
export const canonicalFolder = async (path: string): Promise<string> => {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new CliError(`${path} doesn't exist`, `mkdir -p ${path}`)
  if (!found.isDirectory()) throw new CliError(`${path} is not a folder`, `bottled run ${dirname(path)}`)
  return realpath(path)
}
