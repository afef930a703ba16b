import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPaths } from '../../../drivers/host/paths.ts'
import { createSimulated } from '../../../drivers/simulated/simulated.ts'
import { createSeededRandom } from '../../helpers/seeded-random.ts'
import { machinesConformance } from '../../conformance/machines/machines.ts'
import type { MachinesWorld } from '../../conformance/machines/bench.ts'

const make = async (): Promise<MachinesWorld> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-'))
  let bootMs = 5
  const it = createSimulated({
    clock: {
      now: () => Date.now(),
      sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
    },
    random: createSeededRandom(1),
    latency: (_, verb) => (verb === 'boot' ? bootMs : 0),
    paths: createPaths(),
  })
  return {
    machines: it.machines,
    folder,
    smolfile: async () => join(folder, 'smolfile.toml'),
    open: async (name) => {
      const { mounts = 0, others = {} } = (await it.machines.find(name)) ?? {}
      const allowedCidrs = ['192.168.77.2/32', '10.0.0.0/8']
      const flags = { gpu: 'true', block_io: '"async"', disk_durability: '"deferred"' }
      const opened = { allowedHosts: ['example.com'], dnsOptions: ['use-vc'], ports: 2, mounts: mounts + 1 }
      it.break({ do: 'openMachine', name, allowedCidrs, ...opened, others: { ...others, ...flags } })
    },
    cleanup: () => rm(folder, { recursive: true, force: true }),
    harm: {
      living: async () =>
        Object.values(it.world.machines).filter(({ boot, pid }) => boot !== undefined || pid !== undefined).length,
      envOf: async (name) => it.world.machines[name]?.env ?? {},
      kill: async (name) => it.break({ do: 'killMachine', name }),
      hang: async (name) => it.break({ do: 'hangMachine', name }),
      failStarts: async (times) =>
        it.break({ do: 'fail', fault: { port: 'machines', verb: 'start', times, code: 'StartFailed', when: 'after' } }),
      slowBoots: async (ms) => void (bootMs = ms),
    },
  }
}

machinesConformance({ name: 'simulated', boots: true, harms: true, readsFiles: false, make })
