import { createFirewall } from '../../drivers/firewall/firewall.ts'
import { dockerResolvers } from '../../drivers/firewall/resolvers.ts'
import type { Check } from './check.ts'

/** Whether rules may be set around bundles, and what stays open if not. */
export const edges: Check = {
  name: 'edges',
  run: async ({ uid }) => {
    const look = await createFirewall({ owner: 'doctor', userId: uid, reach: [] }).look()
    if (!look.may)
      return [
        {
          check: 'edges',
          level: 'warn',
          message: `${look.why}: a bundle may reach services of this host on every address of it, private networks and a cloud's metadata address, and every user of this host the ports of each bundle`,
          hint: 'run bottled as root, or give it CAP_NET_ADMIN, as AmbientCapabilities= of a systemd unit does',
        },
      ]
    const resolvers = await dockerResolvers()
    const names = resolvers.length === 0 ? 'no resolver' : `only the resolver ${resolvers.join(', ')} on port 53`
    return [
      {
        check: 'edges',
        level: 'ok',
        message: `bottled may set firewall rules: a bundle reaches nothing private and nothing of this host, ${names}; no user of this host but ${uid === 0 ? 'root' : `user ${uid} and root`} reaches a bundle`,
      },
    ]
  },
}
