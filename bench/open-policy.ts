import type { PolicySource } from '../controller/policy/policy-keeper.ts'
import { BUILT_IN } from '../controller/policy/policy.ts'
import { lookAtPath } from '../drivers/reading/look-at-path.ts'

/** The built-in policy, on real paths. */
const places = { home: '/home/u', homes: ['/home/u'], systemFolders: ['/etc'], sockets: [] }

export const openPolicy: PolicySource = {
  policy: BUILT_IN,
  places,
  look: lookAtPath,
  reload: async () => ({ policy: BUILT_IN, places }),
}
