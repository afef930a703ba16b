import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { bottle, ready, until, withPlace } from '../../helpers/simulated-run.ts'
import { suite } from '../../helpers/suite.ts'

/** What happens to the root of a running controller, on real files and stand-ins for all else. */
const test = suite('a root that is taken away')
const DEADLINE = { deadlineMs: 240_000 }

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
