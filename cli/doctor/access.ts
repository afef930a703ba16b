import { openAccess } from '../../drivers/access/shared-folder.ts'
import { sharedRoot, sharedState } from '../session/shared-folders.ts'
import type { Check, Finding } from './check.ts'
import { isOurs } from './ours.ts'

/** Whether other users may write what decides what a controller does. */
export const access: Check = {
  name: 'access',
  run: async ({ root, stateDir }) => {
    const open = await openAccess()
    const [first, second] = [
      await sharedRoot(open, root),
      (await open.sharedWay(stateDir)) ?? (await sharedState(open, stateDir)),
    ]
    const found = { root: first, 'state folder': second }
    const findings = Object.entries(found).flatMap(([what, shared]): readonly Finding[] =>
      // One folder that leads to both is said once.
      shared === undefined || (shared !== first && shared.path === first?.path)
        ? []
        : [
            {
              check: 'access',
              level: 'fail',
              message: `the ${what} is open to other users: ${shared.why}`,
              command: shared.fix,
              hint: 'where they are trusted: bottled run --allow-shared-root',
              ...(shared.isByMode === true && isOurs(shared.path, { root, stateDir })
                ? { fix: { kind: 'chmod', path: shared.path, to: 'closed' } as const }
                : {}),
            },
          ],
    )
    return findings.length > 0
      ? findings
      : [{ check: 'access', level: 'ok', message: `no other user may write ${root} or its state folder` }]
  },
}
