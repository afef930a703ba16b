import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createArchives } from '../../drivers/disk/archives.ts'
import { createAuthorities } from '../../drivers/disk/authorities.ts'
import { containerGuest } from '../../drivers/container/seals/guest-word.ts'
import type { ContainerMachines } from '../../drivers/container/machines.ts'
import { createDocker } from '../../drivers/docker/docker.ts'
import { machinesByRuntime } from '../../drivers/machines-by-runtime.ts'
import type { Daemon, Drivers } from '../../drivers/ports.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { createGuestFolders } from '../../drivers/disk/guest-folders.ts'
import { openFirewall } from '../../drivers/firewall/helper/open.ts'
import { createHost } from '../../drivers/host/host.ts'
import { createPaths } from '../../drivers/host/paths.ts'
import { createSeals } from '../../drivers/host/seals.ts'
import { createProbes } from '../../drivers/probe/probe.ts'
import type { Disk } from '../../drivers/disk/disk.ts'
import { createRecords } from '../../drivers/disk/records.ts'
import { createSecrets } from '../../drivers/disk/secrets.ts'
import { createSmolvm } from '../../drivers/smolvm/smolvm.ts'
import type { Runtime } from '../../reconcilers/derive/runtime.ts'
import { machineId } from '../../controller/state/lock.ts'
import { cacheFolder, guestsFolder, rootsFolder, sealFile } from '../policy/own-paths.ts'
import { openContainerMachines } from './container-machines.ts'
import { CliError } from '../print/cli-error.ts'
import { messageOf } from '../../drivers/message.ts'

/** The drivers of Docker and smolvm, opened only if both answer. */
export interface RealDrivers {
  /** Which user's VMs these are, and their folder. */
  readonly machines: { readonly uid: number; readonly dataFolder: string }
  drivers(state: { readonly owner: string; readonly stateDir: string; readonly disk: Disk }): Promise<Drivers>
}

interface RealOptions {
  readonly dockerHost?: string
  readonly smolvm: string
  /** With `container` smolvm isn't needed. */
  readonly runtime?: Runtime
  readonly bundleReach: readonly string[]
}

/** Throws where they don't answer, and once `stop` aborts. */
export const openRealDrivers = async (options: RealOptions, stop: AbortSignal): Promise<RealDrivers> => {
  const { env } = process
  const docker = createDocker({ host: options.dockerHost, env })
  const smolvm = createSmolvm({ path: options.smolvm, env })
  let daemon: Daemon | undefined
  const ping: Drivers['engine']['ping'] = async (signal) => {
    daemon = await docker.engine.ping(signal)
    return daemon
  }
  await ask('Docker', () => ping(stop))
  const hasVms = await hasSmolvm(options, smolvm, stop)
  return {
    machines: { uid: process.getuid?.() ?? 0, dataFolder: smolvm.dataFolder() },
    drivers: async ({ owner, stateDir, disk }) => {
      const archives = createArchives({
        folder: join(cacheFolder(env), 'archives'),
        saveImage: docker.images.save,
        imageId: docker.images.id,
      })
      await archives.clearHalves()
      const containers = openContainerMachines({ connection: docker.connection, owner, stateDir, disk, env })
      return {
        engine: { ping, events: (signal) => noticing(docker.engine.events(signal), containers) },
        networks: docker.networks,
        containers: docker.containers,
        images: docker.images,
        machines: machinesByRuntime({ vms: hasVms ? smolvm.machines : undefined, containers }),
        archives,
        probes: createProbes({ inside: docker.talk }),
        host: createHost(),
        firewall: openFirewall({ owner, userId: process.getuid?.() ?? 0, reach: options.bundleReach }),
        seals: createSeals({
          file: sealFile(env, 'microvm'),
          container: { file: sealFile(env, 'container'), guest: containerGuest() },
          smolvm: options.smolvm,
          env,
          userId: process.getuid?.() ?? 0,
          machineId,
          version: hasVms ? smolvm.machines.version : () => Promise.resolve('none'),
          // A new one breaks the stream of events, and is asked then.
          engine: () => daemon?.version,
        }),
        paths: createPaths({ roots: rootsFolder(env) }),
        secrets: createSecrets({ owner, runtimeDir: env['XDG_RUNTIME_DIR'], stateDir, env }),
        authorities: createAuthorities({
          stateDir,
          disk,
          folders: createGuestFolders({ base: guestsFolder(env), owner }),
          nowMs: Date.now,
        }),
        bundles: docker.bundles,
        records: createRecords(stateDir, disk),
      }
    },
  }
}

/**
 * Whether VMs are served. Throws where smolvm isn't usable, unless agents run in containers and there are no VMs of this user that
 * would be lost sight of.
 */
const hasSmolvm = async (
  { runtime, smolvm: path }: RealOptions,
  smolvm: ReturnType<typeof createSmolvm>,
  stop: AbortSignal,
): Promise<boolean> => {
  if (runtime !== 'container') {
    await ask('smolvm', () => smolvm.version(stop), 'bottled run --runtime container needs none; ')
    return true
  }
  try {
    await smolvm.version(stop)
    return true
  } catch (error) {
    if (!existsSync(smolvm.dataFolder())) return false
    throw new CliError(
      `smolvm is not usable: ${messageOf(error)}; and it has data of this user in ${smolvm.dataFolder()}, where VMs may be`,
      `mend ${path}; or, if there are no VMs any more, remove that folder`,
    )
  }
}

/** Where Docker says that something happened, agents are looked at again. */
const noticing = async function* (
  events: ReturnType<Drivers['engine']['events']>,
  { noticed }: Pick<ContainerMachines, 'noticed'>,
): AsyncGenerator<string | undefined> {
  for await (const id of events) {
    noticed(id)
    yield id
  }
}

const ask = async (what: string, question: () => Promise<unknown>, other = ''): Promise<void> => {
  try {
    await question()
  } catch (error) {
    const hint = isDriverError(error) && error.hint !== undefined ? `${error.hint}; or ` : ''
    throw new CliError(
      `${what} is not usable: ${messageOf(error)}`,
      `${hint}${other}try bottled run --simulate, which needs neither Docker nor smolvm; bottled doctor shows details`,
    )
  }
}
