import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHelpedFirewall } from '../../../../drivers/firewall/helper/ask.ts'
import { createAnswering, removeRules } from '../../../../drivers/firewall/helper/answer.ts'
import { serveEdges } from '../../../../drivers/firewall/helper/serve.ts'
import { createTool } from '../../../../drivers/firewall/tool.ts'
import { firewallConformance } from '../../../conformance/firewall/firewall.ts'
import { createNetLab, netLabMissing } from '../../../helpers/net-lab.ts'
import { suite } from '../../../helpers/suite.ts'

/** The port Firewall as an ordinary user's controller has it: over a socket, by the helper, on the kernel's own filter. */
const missing = netLabMissing()

if (missing === undefined)
  firewallConformance({
    name: 'the helper of root',
    make: async () => {
      const lab = createNetLab()
      const folder = mkdtempSync(join(tmpdir(), 'bottle-t-edges-'))
      const socket = join(folder, 'edges.sock')
      const open = async () => createTool('iptables-nft', lab.in('host'))
      const server: Server = serveEdges(createAnswering({ userId: 4242, open, resolvers: async () => [] }))
      await new Promise<void>((resolve) => server.listen(socket, resolve))
      const make = (owner: string) => createHelpedFirewall({ owner, userId: 4242, reach: [], socket })
      return {
        firewall: make('bottled-0000000000000001'),
        other: make('bottled-0000000000000002'),
        flush: async () => void lab.run('host', ['iptables-nft', '-F']),
        cleanup: async () => {
          await new Promise((resolve) => server.close(resolve))
          await removeRules(4242, open)
          const left = lab.run('host', ['iptables-nft-save', '-t', 'filter'])
          lab.remove()
          rmSync(folder, { recursive: true })
          if (left.includes('BOTTLED')) throw new Error(left)
        },
      }
    },
  })
else {
  const test = suite('firewall: the helper of root')
  test.skip('on the own filter of the kernel', missing)
  test.run()
}
