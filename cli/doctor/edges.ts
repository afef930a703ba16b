import { isHelped, NO_OWNER, openFirewall } from '../../drivers/firewall/helper/open.ts'
import { dockerResolvers } from '../../drivers/firewall/resolvers.ts'
import type { Check } from './check.ts'

/** Whether rules may be set around bundles, and what stays open if not. */
export const edges: Check = {
  name: 'edges',
  run: async ({ uid }) => {
    const look = await openFirewall({ owner: NO_OWNER, userId: uid, reach: [] }).look()
    if (!look.may)
      return [
        {
          check: 'edges',
          level: 'warn',
          message: `${look.why}: a bundle may reach services of this host on every address of it, private networks and a cloud's metadata address, and every user of this host the ports of each bundle`,
          hint: isHelped(uid)
            ? `systemctl status bottled-edges-${uid}.socket bottled-edges-${uid}.service`
            : `sudo bottled service edges --user ${uid} installs a helper that sets them for you; or run bottled as root`,
        },
      ]
    const resolvers = await dockerResolvers()
    const names = resolvers.length === 0 ? 'no resolver' : `only the resolver ${resolvers.join(', ')} on port 53`
    return [
      {
        check: 'edges',
        level: 'ok',
        message: `${isHelped(uid) ? 'the helper of root sets' : 'bottled may set'} firewall rules: a bundle reaches nothing private and nothing of this host, ${names}; no user of this host but ${uid === 0 ? 'root' : `user ${uid} and root`} reaches a bundle`,
      },
    ]
  },
}
