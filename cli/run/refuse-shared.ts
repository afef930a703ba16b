import type { Access } from '../../drivers/access/shared-folder.ts'
import type { Shared } from '../../drivers/access/judge-writers.ts'
import { messageOf } from '../../drivers/message.ts'
import { CliError } from '../print/cli-error.ts'
import { sharedRoot, sharedState } from '../session/shared-folders.ts'

/**
 * Refuses to work where other users may write: what they put there would run as this user.
 *
 * Guarantees: the state folder itself is private whatever is allowed: secrets and keys are in it.
 */
export const refuseShared = async (
  access: Access,
  { root, state, allowed }: { readonly root: string; readonly state: string; readonly allowed: boolean },
): Promise<void> => {
  await refuseSharedState(access, state)
  if (allowed) return
  for (const [what, shared] of [
    [`the root ${root}`, sharedRoot(access, root)],
    [`the state folder ${state}`, access.sharedWay(state)],
  ] as const)
    refuse(what, await looked(what, shared), ANYWAY)
}

/** Once more when it exists: somebody may have been first. */
export const refuseSharedState = async (access: Access, state: string): Promise<void> => {
  const what = `the state folder ${state}`
  refuse(what, await looked(what, sharedState(access, state)), 'or name another: --state-dir DIR')
}

const ANYWAY =
  'where all of them are trusted, as in a container with a checkout mounted: bottled run --allow-shared-root'

const looked = (what: string, shared: Promise<Shared | undefined>): Promise<Shared | undefined> =>
  shared.catch((error: unknown) => {
    throw new CliError(`whether other users may write ${what} can't be seen: ${messageOf(error)}`, ANYWAY)
  })

const refuse = (what: string, shared: Shared | undefined, instead: string): void => {
  if (shared === undefined) return
  throw new CliError(
    `${what} is open to other users: ${shared.why}. Who may write it decides what runs here as you`,
    `${shared.fix}; ${instead}`,
  )
}
