import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderSmolfile } from '../../../drivers/smolvm/smolfile.ts'
import { createSmolvm } from '../../../drivers/smolvm/smolvm.ts'
import { execArgs } from '../../../drivers/smolvm/args.ts'
import { createCaller } from '../../../drivers/smolvm/caller.ts'
import { createSmolvmHome } from '../../helpers/smolvm.ts'
import type { SmolvmHome } from '../../helpers/smolvm.ts'
import type { MachinesHarm, MachinesWorld } from '../../conformance/machines/bench.ts'

/** Faults on demand: none; those the stand-in plays; or those of guests that really boot. */
export type Harms = 'none' | 'played' | 'real'

/** The driver on an executable in a home, by default a new one that is removed with its content. */
export const createSmolvmWorld = async (path: string, harms: Harms, given?: SmolvmHome): Promise<MachinesWorld> => {
  const home = given ?? (await createSmolvmHome())
  const folder = join(home.folder, 'files')
  await mkdir(folder, { recursive: true })
  const file = harms === 'real' ? await failing(path, home.folder) : path
  const options = { path: file, env: home.env }
  const { machines } = createSmolvm(options)
  const pidOf = async (name: string): Promise<number> => (await machines.find(name))?.pid ?? Number.NaN
  const fault = (change: Readonly<Record<string, number>>): Promise<void> =>
    harms === 'played' ? home.fault(change) : Promise.resolve()

  const harm: MachinesHarm = {
    living: async () => (await home.processes()).length,
    envOf: async (name) => {
      const { exitCode, stdout, stderr } = await createCaller(options).call(execArgs(name, ['env', '-0']))
      if (exitCode !== 0) throw new Error(`env in ${name} ended with ${exitCode ?? 'no exit code'}: ${stderr}`)
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
      await fault({ probeMs: 50 })
      process.kill(await pidOf(name), 'SIGSTOP')
    },
    failStarts: (times) =>
      harms === 'real' ? writeFile(join(home.folder, FAILURES), 'x'.repeat(times)) : fault({ failStarts: times }),
    // A guest that really boots is slow.
    slowBoots: (ms) => fault({ bootMs: ms }),
  }

  return {
    machines,
    folder,
    smolfile: async (env, bundleIp) => {
      const smolfile = join(home.folder, 'smolfile.toml')
      await writeFile(smolfile, renderSmolfile({ env, bundleIp, secrets: {} }))
      return smolfile
    },
    open: async (name) => {
      const args = ['machine', 'update', '--name', name, ...OPENING, '-v', `${folder}:/opened`]
      execFileSync(file, args, { env: home.env, cwd: '/', stdio: 'pipe' })
    },
    cleanup: given === undefined ? home.remove : async () => {},
    ...(harms === 'none' ? {} : { harm }),
  }
}

const OPENING = [
  ['--allow-host', 'example.com', '--allow-cidr', '10.0.0.0/8', '-p', '18099:80', '-p', '53:53/udp'],
  ['--gpu', '--dns-option', 'use-vc', '--block-io', 'async', '--disk-durability', 'deferred'],
].flat()

const FAILURES = 'starts-to-fail'

/** smolvm, but as many starts as the file has letters can't find the guest's root, so they really fail. */
const failing = async (path: string, folder: string): Promise<string> => {
  const wrapper = join(folder, 'smolvm')
  const text = `#!/bin/sh
if [ "$2" = start ] && [ -s ${folder}/${FAILURES} ]; then
  truncate -s -1 ${folder}/${FAILURES}
  export SMOLVM_AGENT_ROOTFS=${folder}/missing
fi
exec ${path} "$@"
`
  await writeFile(wrapper, text, { mode: 0o755 })
  return wrapper
}
