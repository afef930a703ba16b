import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createContainerMachines } from '../../../drivers/container/machines.ts'
import type { ContainerMachines } from '../../../drivers/container/machines.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { createConnection } from '../../../drivers/docker/connection.ts'
import type { Connection } from '../../../drivers/docker/connection.ts'
import { renderSmolfile } from '../../../drivers/smolvm/smolfile.ts'
import { bundleImage } from '../../helpers/bundle-image.ts'
import type { MachinesWorld, MachineTraits } from '../machines/bench.ts'
import { agentArchive } from './image-files.ts'
import { createStandInSeals } from './stand-in.ts'
import type { StandInSeals } from './stand-in.ts'

/** Agents in containers of the real Engine, behind a stand-in of their seal. */
export interface ContainersWorld extends MachinesWorld {
  readonly machines: ContainerMachines
  readonly seals: StandInSeals
  readonly connection: Connection
  /** Another process with the same state: what a controller that was killed finds. */
  again(): ContainerMachines
}

const CONTAINER: MachineTraits = {
  defaults: { cpus: 2, memoryMiB: 4096 },
  others: {},
  says: { runtime: 'container' },
  sizesDisks: false,
  opens: false,
}

/** `shared`: one holder for all machines, which is quicker; whoever breaks holders needs one for each. */
export const containersWorld = async ({ shared = false } = {}): Promise<ContainersWorld> => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-'))
  const state = join(folder, 'state')
  await mkdir(state)
  const image = await bundleImage()
  const connection = createConnection({ host: undefined, env: process.env })
  const seals = createStandInSeals(connection, { image, ...(shared ? { holder: await sharedHolder() } : {}) })
  const again = (): ContainerMachines =>
    createContainerMachines({
      connection,
      seals,
      kept: join(state, 'containers'),
      folders: join(state, 'agents'),
      disk: createDisk({ within: state }),
      path: process.env['PATH'] ?? '',
      nowMs: Date.now,
    })
  const machines = again()
  /** Other tests make agents on the same Engine. */
  const made = new Set<string>()
  const archive = await agentArchive(folder)
  let count = 0
  return {
    machines: {
      ...machines,
      list: async (signal) => (await machines.list(signal)).filter(({ name }) => made.has(name)),
      create: async (request, signal) => {
        made.add(request.name)
        await machines.create(request, signal)
      },
    },
    again,
    seals,
    connection,
    traits: CONTAINER,
    archive,
    source: { kind: 'image', reference: await agentImage(archive) },
    container: { networkId: 'none', ip: '192.168.77.3', ports: [8888], image },
    folder: await withFile(join(folder, 'work')),
    smolfile: async (env, bundleIp) => {
      const path = join(folder, `smolfile-${count++}.toml`)
      await writeFile(path, renderSmolfile({ env, bundleIp, secrets: {} }))
      return path
    },
    open: () => Promise.reject(new Error('rules of containers are opened in their own tests')),
    cleanup: async () => {
      await Promise.all([...made].filter((name) => /^[\w-]+$/.test(name)).map((name) => machines.remove(name)))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One for each test file, gone with its process. */
let holder: Promise<string> | undefined
const sharedHolder = (): Promise<string> => {
  const name = `bottle-t-${randomBytes(5).toString('hex')}-seal`
  holder ??= bundleImage().then((image) => {
    process.once('exit', () => execFileSync('docker', ['rm', '-f', name], { stdio: 'ignore' }))
    const args = ['run', '-d', '--init', '--network', 'none', '--name', name, image, '/bin/busybox', 'sleep', '100000']
    return execFileSync('docker', args).toString().trim()
  })
  return holder
}

/** Imported once per machine, under a tag that isn't one of bottled's own. */
let once: Promise<string> | undefined
const agentImage = (archive: string): Promise<string> =>
  (once ??= readFile(archive).then((bytes) => {
    const tag = `bottled-test-agent:${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}`
    execFileSync('docker', ['import', archive, tag], { stdio: 'ignore' })
    return tag
  }))

const withFile = async (folder: string): Promise<string> => {
  await mkdir(folder)
  await writeFile(join(folder, 'README'), 'a file\n')
  return folder
}
