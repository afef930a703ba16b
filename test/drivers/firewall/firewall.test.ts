import * as assert from 'uvu/assert'
import { createFirewall } from '../../../drivers/firewall/firewall.ts'
import { createTool } from '../../../drivers/firewall/tool.ts'
import { createNetLab, netLabMissing } from '../../helpers/net-lab.ts'
import { suite } from '../../helpers/suite.ts'
import { firewallConformance } from '../../conformance/firewall/firewall.ts'

/** The port on the kernel's own filter, by each variant of iptables, in a network of its own. */
const missing = netLabMissing()
const VARIANTS = ['iptables-nft', 'iptables-legacy'] as const

if (missing === undefined)
  for (const variant of VARIANTS)
    for (const docker of [true, false])
      firewallConformance({
        name: `${variant}${docker ? ' with' : ' without'} Docker's chain`,
        make: async () => {
          const lab = createNetLab()
          if (docker) {
            lab.run('host', [variant, '-N', 'DOCKER-USER'])
            lab.run('host', [variant, '-A', 'FORWARD', '-j', 'DOCKER-USER'])
            lab.run('host', [variant, '-A', 'DOCKER-USER', '-j', 'RETURN'])
          }
          lab.run('host', [
            variant,
            '-A',
            'INPUT',
            '-p',
            'tcp',
            '--dport',
            '22',
            '-m',
            'comment',
            '--comment',
            "a person's",
            '-j',
            'ACCEPT',
          ])
          const strangers = (): string =>
            lab
              .run('host', [`${variant}-save`, '-t', 'filter'])
              .split('\n')
              .filter((line) => line.startsWith('-A'))
              .join('\n')
          const before = strangers()
          const open = async () => createTool(variant, lab.in('host'))
          const make = (owner: string) =>
            createFirewall({ owner, userId: 0, reach: [], open, resolvers: async () => [] })
          const [firewall, other] = [make('bottled-0000000000000001'), make('bottled-0000000000000002')]
          return {
            firewall,
            other,
            flush: async () => void lab.run('host', [variant, '-F']),
            cleanup: async () => {
              const look = await firewall.look()
              for (const identity of look.may ? look.identities : []) await firewall.open(identity)
              const left = strangers()
              lab.remove()
              // A flush took theirs, too, but nothing of ours is left in any case.
              if (!left.includes('BOTTLED')) assert.ok(left === before || left === '', left)
              else throw new Error(`rules are left:\n${left}`)
            },
          }
        },
      })
else {
  const test = suite('firewall: iptables')
  test.skip('every promise', missing)
  test.run()
}
