import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { Controller } from '../e2e/controller-process.ts'
import type { Rig } from '../e2e/rig.ts'
import { withRig } from '../e2e/scenario.ts'
import { tarOf } from '../files/archive.ts'
import { createHangingFolder, noHangingFolder } from '../files/hanging-folder.ts'
import { createFakeRegistry } from '../helpers/fake-registry.ts'
import { dockerMissing } from '../helpers/docker.ts'
import { attacks } from './attack.ts'
import { endedWithin } from '../e2e/ended-within.ts'

/** Bottles that keep a real controller waiting: the others are served, and SIGTERM ends it. */
const attack = attacks('stalls')
process.once('SIGTERM', () => process.exit(143))

const END_MS = 30_000
const AT_ONCE_MS = 5_000
const DEADLINE_MS = 120_000

const noDocker = dockerMissing()
const noHanging = noHangingFolder()

/** All that the controller says of a bottle. */
const told = (rig: Rig, short: string): string =>
  rig
    .status(short)
    ?.conditions?.map(({ message }) => message)
    .join('; ') ?? ''

/** What is tried here must hold without a policy that forbids it. */
const privileged = (rig: Rig): string => {
  const path = join(rig.base, 'policy.yaml')
  writeFileSync(path, 'apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\nspec: {level: privileged}\n')
  return path
}

/** Others come, change, rest and go while the attack lasts. */
const requireService = async (rig: Rig): Promise<void> => {
  rig.write('late.yaml', rig.bottle('late'))
  await rig.edit('edited.yaml', (text) => text.replace('"1"', '"2"'))
  await rig.edit('rests.yaml', (text) => text.replace('agent: claude', 'agent: claude\n  suspend: true'))
  rig.remove('gone.yaml')
  await rig.until(
    'the others are served',
    () => {
      const { gone, edited } = {
        gone: rig.machines()[`bottle-${rig.slug('gone')}`],
        edited: rig.machines()[`bottle-${rig.slug('edited')}`],
      }
      return (
        gone === undefined &&
        edited?.env.some(([key, value]) => key === 'A' && value === '2') === true &&
        rig.status('edited')?.phase === 'Ready' &&
        rig.status('late')?.phase === 'Ready' &&
        rig.status('rests')?.phase === 'Suspended'
      )
    },
    30_000,
  )
}

const others = async (rig: Rig): Promise<void> => {
  for (const short of ['gone', 'rests']) rig.write(`${short}.yaml`, rig.bottle(short))
  rig.write('edited.yaml', rig.bottle('edited', 'env: {A: "1"}'))
  for (const short of ['gone', 'rests', 'edited']) await rig.ready(short)
}

interface Stall {
  readonly party: 'author' | 'agent'
  readonly way: string
  readonly not?: string | undefined
  /** Makes eight bottles or more that stall, and returns when they do, with what ends it. */
  readonly begin: (rig: Rig, hangs: string) => Promise<void | (() => Promise<void>)>
}

const EIGHT = Array.from({ length: 8 }, (_, n) => `s${n}`)

const STALLS: readonly Stall[] = [
  {
    party: 'author',
    way: 'eight bottles with named pipes as archives, artifacts and secrets',
    begin: async (rig) => {
      const pipe = join(rig.root, 'pipe.tar')
      execFileSync('mkfifo', [pipe])
      for (const [n, short] of EIGHT.entries())
        rig.write(
          `${short}.yaml`,
          rig.bottle(
            short,
            [
              'machine: {image: ./pipe.tar}',
              'machine: {artifact: ./pipe.tar}',
              'secrets: {KEY: {fromFile: ./pipe.tar}}',
            ][n % 3] ?? '',
          ),
        )
      for (const short of EIGHT)
        await rig.until(`${short} says why`, () => told(rig, short).includes('named pipe'), 30_000)
    },
  },
  {
    party: 'author',
    way: 'nine bottles whose archives, secrets and workspaces lie on a file system that never answers',
    not: noHanging,
    begin: async (rig, hangs) => {
      for (const [n, short] of [...EIGHT, 's8'].entries())
        rig.write(
          `${short}.yaml`,
          rig.bottle(
            short,
            [
              `machine: {image: ${hangs}/${short}.tar}`,
              `secrets: {KEY: {fromFile: ${hangs}/${short}}}`,
              `workspace: {path: ${hangs}/${short}, mode: copy}`,
            ][n % 3] ?? '',
          ),
        )
      for (const short of ['s0', 's4', 's8'])
        await rig.until(`${short} is judged`, () => rig.status(short) !== undefined, 60_000)
    },
  },
  {
    party: 'author',
    way: 'eight bottles with images at a registry that sends a byte now and then',
    begin: async (rig) => {
      const registry = await createFakeRegistry()
      for (const short of EIGHT)
        rig.write(`${short}.yaml`, rig.bottle(short, `machine: {image: "${registry.host}/trickle:${short}"}`))
      const layer = (): boolean => registry.asked.filter((line) => /GET .*blobs/.test(line)).length >= 2
      await rig.until('the layer is asked for', layer, 60_000).catch(async (error: unknown) => {
        await registry.close()
        throw error
      })
      return registry.close
    },
  },
  {
    party: 'agent',
    way: 'eight guests that take nothing of their workspace',
    begin: async (rig) => {
      rig.setFake({ stallCopies: EIGHT.map((short) => `bottle-${rig.slug(short)}`) })
      const workspace = join(rig.base, 'repo')
      mkdirSync(workspace)
      writeFileSync(join(workspace, 'large'), Buffer.alloc(2 * 1024 * 1024, 1))
      for (const short of EIGHT)
        rig.write(`${short}.yaml`, rig.bottle(short, `workspace: {path: ${workspace}, mode: copy}`))
      await rig.until(
        'all copies have begun',
        () => rig.allCalls().filter((call) => call.includes(' tar -x ')).length >= EIGHT.length,
        60_000,
      )
    },
  },
]

const stop = async (controller: Controller): Promise<void> => {
  process.kill(controller.pid, 'SIGTERM')
  const { code, signal, stderr } = await endedWithin(controller, END_MS)
  assert.ok(code === 0 || signal === 'SIGTERM', stderr)
}

const stopTwice = async (controller: Controller): Promise<void> => {
  process.kill(controller.pid, 'SIGTERM')
  await sleep(300)
  process.kill(controller.pid, 'SIGTERM')
  await endedWithin(controller, AT_ONCE_MS)
}

const tried = ({ party, way, not, begin }: Stall, how: 'once' | 'twice'): void => {
  const row = {
    party,
    aim: how === 'once' ? 'stops the work for all others' : "can't be stopped",
    way: how === 'once' ? way : `${way}, and a stop that waits for them`,
    seen: `the others are made, changed, suspended and removed; ${how === 'once' ? 'SIGTERM ends the controller within 30 s' : 'a second SIGTERM ends the controller at once'}`,
    enforcedBy: 'controller',
  } as const
  const why = noDocker ?? not
  if (why !== undefined) return attack.skip(row, why)
  const body = (): Promise<void> =>
    withRig(async (rig) => {
      const hangs = way.includes('never answers') ? createHangingFolder() : undefined
      let end: (() => Promise<void>) | void = undefined
      try {
        const controller = rig.start('--policy', privileged(rig))
        await others(rig)
        end = await begin(rig, hangs?.path ?? '')
        await requireService(rig)
        await (how === 'once' ? stop(controller) : stopTwice(controller))
      } finally {
        await end?.()
        hangs?.remove()
      }
    })
  attack(row, body, { deadlineMs: DEADLINE_MS })
}

for (const stall of STALLS) tried(stall, 'once')
for (const stall of STALLS.filter(({ party }) => party === 'agent')) tried(stall, 'twice')

const row = {
  party: 'author',
  aim: 'burns cores and memory',
  way: '/dev/zero, /proc/self/pagemap, a sparse file and a growing one as images, all at once',
  seen: 'each is refused; the controller stays small',
  enforcedBy: 'controller',
} as const
if (noDocker !== undefined) attack.skip(row, noDocker)
else
  attack(
    row,
    () =>
      withRig(async (rig) => {
        writeFileSync(join(rig.root, 'vast.tar'), tarOf('x'))
        execFileSync('truncate', ['-s', '4T', join(rig.root, 'vast.tar')])
        const hostile = { zero: '/dev/zero', pagemap: '/proc/self/pagemap', vast: './vast.tar', link: './zero.tar' }
        execFileSync('ln', ['-s', '/dev/zero', join(rig.root, 'zero.tar')])
        const controller = rig.start('--policy', privileged(rig))
        for (const [short, path] of Object.entries(hostile))
          rig.write(`${short}.yaml`, rig.bottle(short, `machine: {image: ${path}}`))
        for (const short of Object.keys(hostile))
          await rig.until(`${short} is refused`, () => /a device|the kernel|larger than/.test(told(rig, short)), 30_000)
        const rssKiB = Number(
          /VmRSS:\s+(\d+)/.exec(execFileSync('cat', [`/proc/${controller.pid}/status`]).toString())?.[1],
        )
        assert.ok(rssKiB < 400 * 1024, `${rssKiB} KiB`)
        assert.equal(
          readdirSync(join(rig.home, '.cache', 'bottled', 'archives')).filter((name) => !name.startsWith('.')),
          [],
        )
      }),
    { deadlineMs: DEADLINE_MS },
  )

attack.run()
