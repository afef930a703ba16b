import type { PolicySource } from '../../controller/policy/policy-keeper.ts'
import { lookBeside } from '../../drivers/reading/look-beside.ts'
import { hostPlaces } from './host-places.ts'
import { loadPolicy } from './policy-file.ts'
import type { PolicyWish } from './policy-file.ts'

/** The policy as a controller uses it. Throws where bottled must not start. */
export const openPolicy = async (
  wish: PolicyWish & { readonly dockerHost?: string | undefined },
): Promise<PolicySource> => {
  const read = async (until?: string) => {
    const [policy, places] = await Promise.all([loadPolicy(wish, until), hostPlaces(wish)])
    return { policy, places }
  }
  const first = await read()
  let file = first.policy.file
  return {
    ...first,
    look: lookBeside,
    // Where the file in force is gone, the next in line doesn't take its place.
    reload: async () => {
      const found = await read(file)
      file = found.policy.file ?? file
      return found
    },
  }
}
