import type { Host } from '../../drivers/ports.ts'
import { bundleIpOf, gatewayOf } from '../derive/cidr.ts'
import { runsInContainer } from '../derive/runtime.ts'

type Routes = Pick<Host, 'source'>

/**
 * Whether this host's way to a bundle leaves over the bottle's own bridge. Else nothing is said to its address: it may be anybody's
 * (docs/decisions/024-the-way-to-the-bundle.md, 059-asked-from-inside.md).
 */
export const leadsOverBridge = async (host: Routes, subnet: string): Promise<boolean> =>
  (await host.source(bundleIpOf(subnet))) === gatewayOf(subnet)

/** How its bundle is talked to. Without the bridge an agent in a container still works, as it is on it itself; a VM doesn't. */
export type Way = 'bridge' | 'inside' | 'none'

export const wayToBundle = async (
  host: Routes,
  subnet: string,
  bottle: Parameters<typeof runsInContainer>[0],
): Promise<Way> => {
  if (await leadsOverBridge(host, subnet)) return 'bridge'
  return runsInContainer(bottle) ? 'inside' : 'none'
}
