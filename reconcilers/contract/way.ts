import type { Host } from '../../drivers/ports.ts'
import { bundleIpOf, gatewayOf } from '../derive/cidr.ts'

/**
 * Whether this host's way to a bundle leaves over the bottle's own bridge. Else nothing is said to its address: it may be anybody's
 * (docs/decisions/024-the-way-to-the-bundle.md, 059-asked-from-inside.md).
 */
export const leadsOverBridge = async (host: Pick<Host, 'source'>, subnet: string): Promise<boolean> =>
  (await host.source(bundleIpOf(subnet))) === gatewayOf(subnet)
