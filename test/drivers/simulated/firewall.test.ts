import { createSimulated } from '../../../drivers/simulated/simulated.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import { firewallConformance } from '../../conformance/firewall/firewall.ts'

firewallConformance({
  name: 'simulated',
  make: async () => {
    const make = () => createSimulated({ clock: createFakeClock(), random: () => 0.5 })
    const simulated = make()
    return {
      firewall: simulated.firewall,
      // A root has a world of its own there.
      other: make().firewall,
      flush: async () => simulated.break({ do: 'flushEdges' }),
      cleanup: async () => {},
    }
  },
})
