import { lastRun } from '../../controller/state/last-run.ts'
import type { Session } from './session.ts'

/** The command that starts a controller of the kind that ran last. */
export const runCommand = async ({ root, lockDir }: Session): Promise<string> =>
  `bottled run ${root}${(await lastRun(lockDir)).simulated ? ' --simulate' : ''}`
