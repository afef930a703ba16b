import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderSmolfile } from '../../drivers/smolfile.ts'
import { createSmolvm } from '../../drivers/smolvm.ts'
import { execArgs } from '../../drivers/smolvm-args.ts'
import { createCaller } from '../../drivers/smolvm-call.ts'
import { createSmolvmHome, FAKE_SMOLVM, releasedSmolvm } from '../helpers/smolvm.ts'
import { suite } from '../helpers/suite.ts'
import { machinesConformance } from './conformance-machines.ts'
import type { MachinesWorld } from './machines-bench.ts'

const make = async (path: string, fake: boolean): Promise<MachinesWorld> => {
  const home = await createSmolvmHome()
  const options = { path, env: home.env }
  const { machines } = createSmolvm(options)
  const folder = join(home.folder, 'files')
  await mkdir(folder)
  const pidOf = async (name: string): Promise<number> => (await machines.find(name))?.pid ?? Number.NaN
  const world: MachinesWorld = {
    machines,
    folder,
    smolfile: async (env, bundleIp) => {
      const file = join(home.folder, 'smolfile.toml')
      await writeFile(file, renderSmolfile({ env, bundleIp, secrets: {} }))
      return file
    },
    cleanup: home.remove,
  }
  if (!fake) return world
  return {
    ...world,
    harm: {
      living: async () => (await home.processes()).length,
      envOf: async (name) => {
        const { stdout } = await createCaller(options).call(execArgs(name, ['env', '-0']))
        return Object.fromEntries(
          stdout
            .split('\0')
            .flatMap((line) =>
              line === '' ? [] : [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]],
            ),
        )
      },
      kill: async (name) => void process.kill(await pidOf(name), 'SIGKILL'),
      hang: async (name) => {
        await home.fault({ probeMs: 50 })
        process.kill(await pidOf(name), 'SIGSTOP')
      },
      failStarts: (times) => home.fault({ failStarts: times }),
      slowBoots: (ms) => home.fault({ bootMs: ms }),
    },
  }
}

machinesConformance({ name: 'smolvm, the stand-in', boots: true, harms: true, make: () => make(FAKE_SMOLVM, true) })

const released = releasedSmolvm()
if ('path' in released) {
  // Not awaited: both suites must be named before the first begins.
  const version = execFileSync(released.path, ['--version']).toString().trim()
  machinesConformance({ name: `${version} as released`, boots: false, make: () => make(released.path, false) })
} else {
  const test = suite('machines: smolvm as released')
  test.skip('every promise that needs no guest', released.missing)
  test.run()
}
