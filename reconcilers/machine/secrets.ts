import { renderSmolfile } from '../../drivers/smolvm/smolfile.ts'
import type { Drivers } from '../../drivers/ports.ts'
import { guestSecrets } from '../derive/deliveries.ts'
import type { ResolvedSpec } from '../derive/resolve.ts'
import type { Situation } from '../contract/reconciler.ts'
import type { MachineShape } from './shape.ts'

/**
 * What a VM gets of its bottle's secrets: a reference and a file of each that is delivered to the guest, and nothing of the others.
 */
export const writeSmolfile = (
  { identity, spec }: Situation,
  { records, secrets }: Drivers,
  { request }: MachineShape,
): Promise<string> =>
  records.writeSmolfile(
    identity,
    renderSmolfile({
      env: request.env,
      bundleIp: request.bundleIp,
      secrets: Object.fromEntries(
        Object.keys(spec === undefined ? {} : guestSecrets(spec)).map((key) => [key, secrets.path(identity, key)]),
      ),
    }),
  )

/** For the record: smolvm starts this VM only with all of them from now on. */
export const notedSecrets = (spec: ResolvedSpec): { readonly secretKeys?: readonly string[] } => {
  const secretKeys = Object.keys(guestSecrets(spec))
  return secretKeys.length === 0 ? {} : { secretKeys }
}

/** What was the guest's, and is the bundle's alone now, goes. */
export const writeSecrets = async (
  spec: ResolvedSpec,
  identity: string,
  secrets: Drivers['secrets'],
): Promise<void> => {
  const ofGuest = guestSecrets(spec)
  if (Object.keys(ofGuest).length > 0) await secrets.write(identity, ofGuest)
  else if (Object.keys(spec.secrets).length > 0) await secrets.remove(identity)
}

/**
 * Those that a VM was made to read at each start and is no longer to have, and those that it has a placeholder of and is to read: of
 * both only another VM makes something.
 */
export const movedSecrets = ({ spec, record }: Situation): readonly string[] => {
  const ofGuest = spec === undefined ? {} : guestSecrets(spec)
  const { secretKeys = [], envKeys = [] } = record.machine ?? {}
  return [
    ...secretKeys.filter((key) => !Object.hasOwn(ofGuest, key)),
    ...Object.keys(ofGuest).filter((key) => envKeys.includes(key)),
  ]
}
