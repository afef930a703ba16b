import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openRealDrivers } from '../cli/run/real-drivers.ts'
import { createRealManager } from './real-manager.ts'

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
  const real = await openRealDrivers({ smolvm: options.smolvm, bundleReach: [] }, new AbortController().signal)
  const { manager, drivers } = await createRealManager({
    root,
    image: options.image,
    userId: process.getuid?.() ?? 1000,
    workers: options.workers,
    machines: real.machines,
    drivers: ({ owner, stateDir, disk }) => real.drivers({ owner, stateDir, disk }),
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
