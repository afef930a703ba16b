import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { worldPath } from '../../../drivers/simulated/simulation.ts'
import { readWorld } from '../../../drivers/simulated/world-file.ts'
import { entry } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'

/** What happens to the root of a running controller, on real files and stand-ins for all else. */
const test = suite('a root that is taken away')
const DEADLINE = { deadlineMs: 90_000 }

const bottle = (name: string): string =>
  `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: ${name}\nspec: {agent: claude}\n`

interface Place {
  readonly root: string
  readonly state: string
  machines(): Promise<readonly string[]>
  start(...flags: readonly string[]): { stderr(): string; stop(): Promise<number> }
}

const withPlace = async (inside: boolean, work: (place: Place) => Promise<void>): Promise<void> => {
  const parent = await mkdtemp(join(tmpdir(), 'bottle-t-away-'))
  const root = join(parent, 'root')
  const state = inside ? join(root, '.bottled') : join(parent, 'state')
  await mkdir(root)
  const stops: (() => Promise<number>)[] = []
  try {
    await work({
      root,
      state,
      machines: async () => Object.keys((await readWorld(worldPath(state))).machines).toSorted(),
      start: (...flags) => {
        const argv = [
          'run',
          root,
          '--simulate',
          '--deletion-grace',
          '100ms',
          '--undo',
          '0',
          '--log-format',
          'text',
          ...flags,
        ]
        const child = spawn(
          process.execPath,
          [...entry('bottled'), ...argv, ...(inside ? [] : ['--state-dir', state])],
          {
            stdio: ['ignore', 'ignore', 'pipe'],
          },
        )
        let stderr = ''
        child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
        const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)))
        const stop = (): Promise<number> => {
          child.kill('SIGTERM')
          return ended
        }
        stops.push(stop)
        return { stderr: () => stderr, stop }
      },
    })
  } finally {
    await Promise.all(stops.map((stop) => stop()))
    await rm(parent, { recursive: true, force: true })
  }
}

const until = async (what: string, met: () => boolean | Promise<boolean>): Promise<void> => {
  for (const end = Date.now() + 40_000; Date.now() < end; await sleep(50)) if (await met()) return
  throw new Error(`not within 40 s: ${what}`)
}

const ready = (count: number, stderr: () => string) => () => stderr().split('the bottle is ready').length > count

for (const inside of [true, false]) {
  const where = inside ? 'in it' : 'elsewhere'
  test(
    `with its state ${where}, a removed and recreated root costs no VM and is not written to`,
    () =>
      withPlace(inside, async ({ root, machines, start }) => {
        for (const name of ['one', 'two']) await writeFile(join(root, `${name}.yaml`), bottle(name))
        const { stderr } = start()
        await until('both are ready', ready(2, stderr))
        await rm(root, { recursive: true, maxRetries: 10 })
        await until('it is missing', () => stderr().includes('root is missing; nothing is deleted'))
        await sleep(1_500)
        assert.not.ok(existsSync(root))
        await mkdir(root)
        await until('it is another', () => stderr().includes('root is not the folder that it was'))
        await sleep(1_500)
        assert.equal(await readdir(root), [])
        assert.not.match(stderr(), /removed? machine/)
        if (!inside) assert.equal(await machines(), ['bottle-one', 'bottle-two'])
      }),
    DEADLINE,
  )
}

test(
  'a root that is moved away and back goes on as if nothing had been',
  () =>
    withPlace(false, async ({ root, machines, start }) => {
      await writeFile(join(root, 'one.yaml'), bottle('one'))
      const { stderr } = start()
      await until('it is ready', ready(1, stderr))
      await rename(root, `${root}-new`)
      await until('it is missing', () => stderr().includes('root is missing; nothing is deleted'))
      await sleep(1_000)
      await rename(`${root}-new`, root)
      await until('it is read again', () => stderr().includes('the files can be read again'))
      assert.equal(await machines(), ['bottle-one'])
      await writeFile(join(root, 'two.yaml'), bottle('two'))
      await until('a file in it is seen', ready(2, stderr))
      await rm(join(root, 'one.yaml'))
      await until('a deletion in it is seen', async () => (await machines()).join() === 'bottle-two')
    }),
  DEADLINE,
)

test(
  'a start on an empty folder that is not the one listed last deletes nothing and says what to do',
  () =>
    withPlace(false, async ({ root, machines, start }) => {
      await writeFile(join(root, 'one.yaml'), bottle('one'))
      const first = start()
      await until('it is ready', ready(1, first.stderr))
      assert.is(await first.stop(), 0)
      await rename(root, `${root}-unmounted`)
      await mkdir(root)
      const second = start()
      await until('it refuses', () => second.stderr().includes('hint:'))
      assert.match(second.stderr(), /holds no bottle and is not the folder that was listed last: nothing is deleted/)
      assert.is(await second.stop(), 1)
      assert.equal(await machines(), ['bottle-one'])
      await rm(root, { recursive: true })
      await rename(`${root}-unmounted`, root)
      const third = start('--once')
      assert.is((await third.stop().catch(() => 1)) >= 0, true)
      assert.equal(await machines(), ['bottle-one'])
    }),
  DEADLINE,
)

test.run()
