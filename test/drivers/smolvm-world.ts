import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderSmolfile } from '../../drivers/smolfile.ts'
import { createSmolvm } from '../../drivers/smolvm.ts'
import { execArgs } from '../../drivers/smolvm-args.ts'
import { createCaller } from '../../drivers/smolvm-call.ts'
import { createSmolvmHome } from '../helpers/smolvm.ts'
import type { MachinesWorld } from './machines-bench.ts'

/** The driver on an executable in a home of its own; the stand-in can do harm on demand. */
export const createSmolvmWorld = async (path: string, fake: boolean): Promise<MachinesWorld> => {
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
