import { join } from 'node:path'
import { createArchives } from '../../drivers/disk/archives.ts'
import { createAuthorities } from '../../drivers/disk/authorities.ts'
import { createDocker } from '../../drivers/docker/docker.ts'
import type { Daemon, Drivers } from '../../drivers/ports.ts'
import { isDriverError } from '../../drivers/errors.ts'
import { createGuestFolders } from '../../drivers/disk/guest-folders.ts'
import { createFirewall } from '../../drivers/firewall/firewall.ts'
import { createHost } from '../../drivers/host/host.ts'
import { createPaths } from '../../drivers/host/paths.ts'
import { createSeals } from '../../drivers/host/seals.ts'
import { createProbes } from '../../drivers/probe/probe.ts'
import type { Disk } from '../../drivers/disk/disk.ts'
import { createRecords } from '../../drivers/disk/records.ts'
import { createSecrets } from '../../drivers/disk/secrets.ts'
import { createSmolvm } from '../../drivers/smolvm/smolvm.ts'
import { machineId } from '../../controller/state/lock.ts'
import { cacheFolder, guestsFolder, rootsFolder, sealFile } from '../policy/own-paths.ts'
import { CliError } from '../print/cli-error.ts'
import { messageOf } from '../../drivers/message.ts'

/** The drivers of Docker and smolvm, opened only if both answer. */
export interface RealDrivers {
  /** Which user's VMs these are, and their folder. */
  readonly machines: { readonly uid: number; readonly dataFolder: string }
  drivers(state: { readonly owner: string; readonly stateDir: string; readonly disk: Disk }): Promise<Drivers>
}

export const openRealDrivers = async (options: {
  readonly dockerHost?: string
  readonly smolvm: string
  readonly bundleReach: readonly string[]
}): Promise<RealDrivers> => {
  const { env } = process
  const docker = createDocker({ host: options.dockerHost, env })
  const smolvm = createSmolvm({ path: options.smolvm, env })
  let daemon: Daemon | undefined
  const ping: Drivers['engine']['ping'] = async (signal) => {
    daemon = await docker.engine.ping(signal)
    return daemon
  }
  await ask('Docker', ping)
  await ask('smolvm', () => smolvm.version())
  return {
    machines: { uid: process.getuid?.() ?? 0, dataFolder: smolvm.dataFolder() },
    drivers: async ({ owner, stateDir, disk }) => {
      const archives = createArchives({
        folder: join(cacheFolder(env), 'archives'),
        saveImage: docker.images.save,
        imageId: docker.images.id,
      })
      await archives.clearHalves()
      return {
        engine: { ...docker.engine, ping },
        networks: docker.networks,
        containers: docker.containers,
        images: docker.images,
        machines: smolvm.machines,
        archives,
        probes: createProbes(),
        host: createHost(),
        firewall: createFirewall({ owner, userId: process.getuid?.() ?? 0, reach: options.bundleReach }),
        seals: createSeals({
          file: sealFile(env),
          smolvm: options.smolvm,
          env,
          userId: process.getuid?.() ?? 0,
          machineId,
          version: smolvm.machines.version,
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

const ask = async (what: string, question: () => Promise<unknown>): Promise<void> => {
  try {
    await question()
  } catch (error) {
    const hint = isDriverError(error) && error.hint !== undefined ? `${error.hint}; or ` : ''
    throw new CliError(
      `${what} is not usable: ${messageOf(error)}`,
      `${hint}try bottled run --simulate, which needs neither Docker nor smolvm; bottled doctor shows details`,
    )
  }
}
