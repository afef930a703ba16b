import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { acquireLock } from '../../../controller/state/lock.ts'
import { bottle, ready, until, withPlace } from '../../helpers/simulated-run.ts'
import { patience } from '../../helpers/patience.ts'
import { suite } from '../../helpers/suite.ts'

/** What happens to the state folder of a running controller, on real files and stand-ins for all else. */
const test = suite('a state folder that is taken away')
const DEADLINE = { deadlineMs: 240_000 }

const json = async (path: string): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>

/** Ready, and what follows is written: a write under way isn't what is tried here. */
const atRest = async (count: number, stderr: () => string): Promise<void> => {
  await until('all is ready', ready(count, stderr))
  await sleep(1_500)
}

const git = (root: string, ...args: readonly string[]): void => {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'safe.directory=*']
  execFileSync('git', ['-C', root, ...identity, ...args], { stdio: ['ignore', 'ignore', 'ignore'] })
}

for (const [how, remove] of [
  ['rm -rf', (root: string) => rm(join(root, '.bottled'), { recursive: true })],
  ['git clean -fdx', async (root: string) => git(root, 'clean', '-fdx')],
] as const) {
  test(
    `after ${how} the state is back at once, with the same owner, uid and time of start, and no VM is touched`,
    () =>
      withPlace(true, async ({ root, state, machines, start }) => {
        await writeFile(join(root, 'one.yaml'), bottle('one'))
        git(root, 'init', '-q')
        git(root, 'add', '.')
        git(root, 'commit', '-qm', 'one')
        const { stderr, stop } = start()
        await atRest(1, stderr)
        const of = join(state, 'simulated')
        const files = ['owner', 'bottles/one/record.json', 'bottles/one/metadata.json'].map((file) => join(of, file))
        const before = await Promise.all(files.map(json))
        await remove(root)
        const began = performance.now()
        const every = [...files, join(state, 'lock'), join(state, '.gitignore'), join(of, '.gitignore')]
        await until('all is back', () => every.every((file) => existsSync(file)))
        // Some 700 ms on a machine that is idle.
        assert.ok(performance.now() - began < 10_000 * patience(), `it took ${performance.now() - began} ms`)
        await until('it is said', () => stderr().includes('was removed; put back from memory: '))
        assert.equal(await Promise.all(files.map(json)), before)
        const second = start()
        assert.is(await second.ended, 4)
        assert.is(await stop(), 0)
        const third = start('--once')
        assert.is(await third.ended, 0)
        assert.not.match(`${stderr()}${third.stderr()}`, /(remove|stop) machine|new owner id|NameConflict/)
        assert.equal(await Promise.all(files.map(json)), before)
        assert.equal(await machines(), ['bottle-one'])
      }),
    DEADLINE,
  )
}

test(
  'each file that memory knows comes back alone',
  () =>
    withPlace(true, async ({ root, state, start }) => {
      await writeFile(join(root, 'one.yaml'), bottle('one'))
      const { stderr } = start()
      await atRest(1, stderr)
      for (const file of ['lock', 'simulated/owner', 'simulated/.gitignore', 'simulated/bottles']) {
        const path = join(state, file)
        const words = `put back: ${file.includes('bottles') ? '1 record' : (file.split('/').at(-1) ?? '')}`
        await until(`${file} is back, and named`, async () => {
          const isBack = existsSync(path)
          if (isBack && stderr().includes(words)) return true
          // Once more: a write of that moment may have brought it back.
          if (isBack) await rm(path, { recursive: true, force: true })
          await sleep(2_000)
          return false
        })
      }
    }),
  DEADLINE,
)

test(
  'a controller whose lock another one took meanwhile ends with 4 and leaves that one alone',
  () =>
    withPlace(true, async ({ root, state, start }) => {
      await writeFile(join(root, 'one.yaml'), bottle('one'))
      const { stderr, ended } = start()
      await atRest(1, stderr)
      await rm(state, { recursive: true })
      const lock = await acquireLock(state)
      const mine = await readFile(join(state, 'lock'), 'utf8')
      assert.is(await ended, 4)
      assert.match(stderr(), /another controller holds this root: pid \d+/)
      assert.is(await readFile(join(state, 'lock'), 'utf8'), mine)
      assert.equal((await readdir(state)).toSorted(), ['.gitignore', 'lock'])
      await lock.release()
    }),
  DEADLINE,
)

test(
  'the state of another owner in its place is left alone until it goes',
  () =>
    withPlace(true, async ({ root, state, machines, start }) => {
      await writeFile(join(root, 'one.yaml'), bottle('one'))
      const { stderr } = start()
      await atRest(1, stderr)
      await rename(state, `${state}-old`)
      const other = join(state, 'simulated')
      await mkdir(other, { recursive: true, mode: 0o700 })
      const owner = await json(join(`${state}-old`, 'simulated', 'owner'))
      await writeFile(join(other, 'owner'), JSON.stringify({ ...owner, id: 'another' }))
      await until('it is said', () => stderr().includes('belongs to another owner now, another'))
      await sleep(1_000)
      assert.equal(await readdir(state), ['simulated'])
      assert.equal(await readdir(other), ['owner'])
      await rm(state, { recursive: true })
      await rename(`${state}-old`, state)
      await until('it goes on', () => stderr().includes('the state folder is back'))
      await writeFile(join(root, 'two.yaml'), bottle('two'))
      await until('a new bottle is ready', ready(2, stderr))
      assert.equal(await machines(), ['bottle-one', 'bottle-two'])
    }),
  DEADLINE,
)

test(
  'the state goes along when the link to the root is turned',
  () =>
    withPlace(true, async ({ root, state, start }) => {
      const releases = join(dirname(root), 'releases')
      await rm(root, { recursive: true })
      for (const each of ['1', '2']) {
        await mkdir(join(releases, each), { recursive: true })
        await writeFile(join(releases, each, 'one.yaml'), bottle('one'))
      }
      await symlink('releases/1', root)
      const { stderr, stop } = start()
      await atRest(1, stderr)
      const owner = await json(join(state, 'simulated', 'owner'))
      await symlink('releases/2', `${root}.new`)
      await rename(`${root}.new`, root)
      assert.is(await readlink(root), 'releases/2')
      await until('it is said', () => stderr().includes('the root was turned: the state folder moved to '))
      assert.not.ok(existsSync(join(releases, '1', '.bottled')))
      assert.ok(existsSync(join(releases, '2', '.bottled', 'lock')))
      await writeFile(join(root, 'two.yaml'), bottle('two'))
      await until('a new bottle is ready', ready(2, stderr))
      const second = start()
      assert.is(await second.ended, 4)
      assert.is(await stop(), 0)
      assert.is((await json(join(state, 'simulated', 'owner')))['id'], owner['id'])
      assert.not.match(stderr(), /remove machine/)
    }),
  DEADLINE,
)

test.run()
