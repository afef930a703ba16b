import { notedPolicy } from '../../controller/state/policy-note.ts'
import type { Settings } from '../../reconcilers/contract/reconciler.ts'
import type { Session } from '../session/session.ts'

/** The settings that a plan is made with: flags, and what the controller of the root ran with last. */
export const planSettings = async (
  session: Session,
  {
    bundleImage,
    subnetPool = [],
    excludeSubnet = [],
  }: {
    readonly bundleImage: string
    readonly subnetPool?: readonly string[] | undefined
    readonly excludeSubnet?: readonly string[] | undefined
  },
): Promise<Settings> => ({
  bundleImage,
  root: session.root,
  stateDir: session.stateDir,
  own: [],
  userId: process.getuid?.() ?? 1000,
  subnets: { pools: subnetPool, excluded: excludeSubnet },
  runtime: (await notedPolicy(session.lockDir)).runtime,
})
