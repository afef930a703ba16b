import { openPolicy } from './open-policy.ts'
import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClock } from '../controller/time/clock.ts'
import { createFolder } from '../controller/folder/folder.ts'
import { silentLogger } from '../controller/report/log.ts'
import { createManager } from '../controller/manager.ts'
import { folderSource } from '../controller/source/folder-source.ts'
import { openState } from '../controller/state/owner.ts'
import { openRealDrivers } from '../cli/run/real-drivers.ts'
import { createDisk } from '../drivers/disk/disk.ts'

/** The production controller on Docker and smolvm; returns once each bottle is Ready. */
export const openReal = async (options: {
  readonly base: string
  readonly names: readonly string[]
  readonly text: (name: string) => string
  readonly smolvm: string
  readonly image: string
  readonly workers: number
}): Promise<{ close(): Promise<void> }> => {
  const { base, names } = options
  const [root, home] = [join(base, 'root'), join(base, 'home')]
  for (const folder of [root, home]) mkdirSync(folder)
  for (const name of names) writeFileSync(join(root, `${name}.yaml`), options.text(name))
  process.env['HOME'] = home
  process.env['XDG_RUNTIME_DIR'] = join(base, 'runtime')
  const real = await openRealDrivers({ smolvm: options.smolvm, bundleReach: [] })
  const stateDir = join(root, '.bottled')
  const owner = await openState({ root, stateDir, adopt: undefined, newId: () => `bottled-${randomUUID()}` })
  const clock = createClock()
  const disk = createDisk({ within: stateDir })
  const drivers = await real.drivers({ owner: owner.owner.id, stateDir, disk })
  const manager = createManager({
    drivers,
    source: folderSource({ folder: createFolder({ root, stateDir, clock }), statusMode: 'inline' }),
    disk,
    clock,
    random: Math.random,
    newUid: randomUUID,
    log: silentLogger,
    owner,
    settings: {
      bundleImage: options.image,
      root,
      stateDir,
      userId: process.getuid?.() ?? 1000,
      own: [],
      subnets: { pools: [], excluded: [] },
    },
    policy: openPolicy,
    machines: real.machines,
    simulated: false,
    workers: options.workers,
    resyncMs: 60_000,
    pollMs: 2_000,
    graceMs: 2_000,
    undoMs: 0,
    allowMassDelete: false,
    acceptDaemon: false,
    acceptMachines: false,
  })
  const close = async (): Promise<void> => {
    await manager.stop()
    // The caller removes what Docker has; rules of the firewall only the driver knows.
    if (drivers.firewall.last()?.may === true) await Promise.all(names.map((name) => drivers.firewall.open(name)))
  }
  try {
    await manager.start()
    const ends = await manager.rest(AbortSignal.timeout(180_000))
    const bad = [...ends].find(([, { asAsked }]) => !asAsked)
    if (bad !== undefined) throw new Error(`${bad[0]} ended as ${bad[1].outcome}: ${bad[1].message}`)
  } catch (error) {
    await close()
    throw error
  }
  return { close }
}
