import { errnoOf } from '../../drivers/errno.ts'
import { messageOf } from '../../drivers/message.ts'
import { CliError } from '../print/cli-error.ts'

/** Rethrows; what the state folder's disk refuses, with the ways around it. */
export const explainState =
  (stateDir: string) =>
  (error: unknown): never => {
    if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'].includes(errnoOf(error))) throw error
    throw new CliError(
      `can't write state to ${stateDir}: ${messageOf(error)}`,
      'bottled run --state-dir DIR uses another folder; --status sidecar keeps status out of the files',
    )
  }
