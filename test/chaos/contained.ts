import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { baseImage, ownImageMissing } from '../bundle/image/own-image.ts'
import { agentArchive } from '../conformance/containers/image-files.ts'
import { containersNamed, networksNamed } from '../e2e/engine.ts'
import type { Controller } from '../e2e/controller-process.ts'
import { createRig } from '../e2e/rig.ts'
import type { Rig } from '../e2e/rig.ts'
import { createSeededRandom } from '../helpers/seeded-random.ts'
import { createChance } from './acts.ts'
import type { Chance } from './acts.ts'
import type { Daemon } from './daemon.ts'

/**
 * The end of the Docker Engine under agents in containers, again and again: two bottles stand, one of them is edited, the Engine is
 * killed or stopped at a drawn moment, in some rounds the controller with it; all comes back and heals.
 *
 * Guarantees: healed means that the files' words are in both agents, their disks are kept, they reach their bundles and neither this
 *   host nor Docker's resolver. At the end nothing is left. Assumptions: a private Engine, the image of a base with node and nft.
 */
export interface ContainedEnd {
  readonly rounds: number
  readonly kills: number
  /** undefined: none. */
  readonly failure: string | undefined
}

const SHORTS = ['a', 'b'] as const
const HEAL_MS = 60_000

/** Why it can't be played here. */
export const containedMissing = (daemon: Daemon | undefined): string | undefined =>
  daemon === undefined ? 'a private dockerd is not possible here' : ownImageMissing()

export const playContained = async (options: {
  readonly rounds: number
  readonly seed: number
  readonly daemon: Daemon
  readonly untilMs: number
}): Promise<ContainedEnd> => {
  const { rounds, seed, daemon, untilMs } = options
  let [played, kills] = [0, 0]
  const rig = await createRig()
  const acts: string[] = []
  try {
    const image = await bundleOf(rig, await baseImage())
    await agentArchive(rig.root)
    const flags = ['--runtime', 'container', '--smolvm', `${rig.base}/no-smolvm`, '--bundle-image', image]
    let controller = rig.start(...flags)
    for (const short of SHORTS) rig.write(`${short}.yaml`, bottle(rig, short, 0))
    const counts = new Map<string, number>(SHORTS.map((short) => [short, 0]))
    await heals(rig, counts)
    for (const short of SHORTS) await inside(rig, short, `echo ${short} > /root/disk`)
    for (let round = 1; round <= rounds && performance.now() < untilMs; round += 1) {
      const chance = createChance(createSeededRandom(seed * 100_003 + round))
      const act = { ...drawn(chance), count: round }
      acts.push(`round ${round}: ${JSON.stringify(act)}`)
      controller = await play(rig, { act, daemon, controller, start: () => rig.start(...flags) })
      if (act.short !== undefined) counts.set(act.short, act.count)
      if (act.signal === 'SIGKILL') kills += 1
      await heals(rig, counts)
      for (const short of SHORTS) {
        const disk = (await inside(rig, short, 'cat /root/disk')).trim()
        if (disk !== short) throw new Error(`the disk of ${short} has ${JSON.stringify(disk)}`)
      }
      played += 1
    }
    for (const short of SHORTS) rig.remove(`${short}.yaml`)
    await rig.until(
      'nothing is left',
      async () => (await containersNamed(rig.word)).length + (await networksNamed(rig.word)).length === 0,
      HEAL_MS,
    )
    return { rounds: played, kills, failure: undefined }
  } catch (error) {
    const failure = [error instanceof Error ? error.message : String(error), ...acts].join('\n  ')
    return { rounds: played, kills, failure }
  } finally {
    await rig.dispose()
  }
}

interface Act {
  /** Whose env is edited; undefined: nobody's. */
  readonly short: (typeof SHORTS)[number] | undefined
  readonly count: number
  /** From the edit to the Engine's end. */
  readonly afterMs: number
  readonly signal: 'SIGTERM' | 'SIGKILL'
  readonly controllerToo: boolean
  readonly awayMs: number
}

const drawn = (chance: Chance): Omit<Act, 'count'> => ({
  short: chance.pick(['a', 'b', undefined]),
  afterMs: chance.below(1_500),
  signal: chance.odds(0.75) ? 'SIGKILL' : 'SIGTERM',
  controllerToo: chance.odds(0.4),
  awayMs: chance.below(1_000),
})

/** Resolves to the controller that runs afterwards. */
const play = async (
  rig: Rig,
  {
    act,
    daemon,
    controller,
    start,
  }: {
    readonly act: Act
    readonly daemon: Daemon
    readonly controller: Controller
    readonly start: () => Controller
  },
): Promise<Controller> => {
  const { short, count, afterMs, signal, controllerToo, awayMs } = act
  if (short !== undefined) await rig.edit(`${short}.yaml`, (text) => text.replace(/COUNT: "\d+"/, `COUNT: "${count}"`))
  await sleep(afterMs)
  await Promise.all([daemon.end(signal), ...(controllerToo ? [controller.kill()] : [])])
  await sleep(awayMs)
  await daemon.start()
  return controllerToo ? start() : controller
}

const bottle = (rig: Rig, short: string, count: number): string =>
  rig.bottle(
    short,
    `env: {COUNT: "${count}"}`,
    'machine: {image: ./agent.tar, cpus: 1, memory: 128, command: [/bin/sleep, "100000"]}',
  )

const run = promisify(execFile)
const docker = async (...args: readonly string[]): Promise<string> => (await run('docker', [...args])).stdout

const inside = (rig: Rig, short: string, script: string): Promise<string> =>
  docker('exec', `bottle-${rig.slug(short)}`, '/bin/sh', '/.bottled/run', '/bin/sh', '-c', script)

/** By what is there, and not by a status, which may be of before. */
const heals = async (rig: Rig, counts: ReadonlyMap<string, number>): Promise<void> => {
  for (const [short, count] of counts)
    await rig.until(
      `${short} is healed`,
      async () => {
        const ip = rig.status(short)?.bundle?.ip
        if (ip === undefined || rig.status(short)?.phase !== 'Ready') return false
        const tries = [`${ip} 8888`, `${ip.replace(/2$/, '1')} 22`, '127.0.0.11 53'].map(
          (way) => `nc -w 3 ${way} </dev/null >/dev/null 2>&1 && printf ' open' || printf ' closed'`,
        )
        const said = await inside(rig, short, `printf %s "$COUNT"; ${tries.join('; ')}`).catch(() => '')
        return said === `${count} open closed closed`
      },
      HEAL_MS,
    )
}

/** Listens where a proxy does; of what it answers nothing is asked here. */
const bundleOf = async (rig: Rig, base: string): Promise<string> => {
  const tag = `bottle-t-${rig.word}:bundle`
  const server = 'require("http").createServer((_, answer) => answer.end("{}")).listen(8888)'
  const id = (await docker('create', base, 'node')).trim()
  try {
    await docker('commit', '--change', `CMD ${JSON.stringify(['node', '-e', server])}`, id, tag)
  } finally {
    await docker('rm', id)
  }
  return tag
}
