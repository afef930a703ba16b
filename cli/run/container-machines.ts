import { join } from 'node:path'
import { createContainerMachines } from '../../drivers/container/machines.ts'
import type { ContainerMachines } from '../../drivers/container/machines.ts'
import { createContainerSeals } from '../../drivers/container/seals/engine-seals.ts'
import type { Disk } from '../../drivers/disk/disk.ts'
import type { Connection } from '../../drivers/docker/connection.ts'

/** Agents in containers, with their seals: the one place where these are made. */
export const openContainerMachines = ({
  connection,
  owner,
  stateDir,
  disk,
  env,
}: {
  readonly connection: Connection
  readonly owner: string
  readonly stateDir: string
  readonly disk: Disk
  readonly env: Readonly<Record<string, string | undefined>>
}): ContainerMachines => {
  const runtimeDir = env['XDG_RUNTIME_DIR'] ?? ''
  return createContainerMachines({
    connection,
    seals: createContainerSeals(connection),
    kept: join(stateDir, 'containers'),
    folders: runtimeDir === '' ? join(stateDir, 'agents') : join(runtimeDir, 'bottled-agents', owner),
    disk,
    path: env['PATH'] ?? '/usr/bin:/bin',
    nowMs: Date.now,
  })
}
