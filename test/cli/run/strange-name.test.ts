import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { bottle, ready, until, withPlace } from '../../helpers/simulated-run.ts'
import { suite } from '../../helpers/suite.ts'

/** A name that isn't UTF-8 comes with no hint that leads to it: only the listing before a deletion finds it. */
const test = suite('a file that gets a name of bytes')

const latin = (text: string): Buffer => Buffer.from(text, 'latin1')

test(
  'costs no VM under a running controller, where no deletion can be undone',
  () =>
    withPlace(false, async ({ root, machines, start }) => {
      for (const name of ['one', 'two', 'three']) await writeFile(join(root, `${name}.yaml`), bottle(name))
      const { stderr } = start('--allow-mass-delete')
      await until('all are ready', ready(3, stderr))
      await rename(join(root, 'one.yaml'), latin(`${root}/caf\xe9.yaml`))
      await mkdir(latin(`${root}/\xe9t\xe9`))
      await rename(join(root, 'two.yaml'), latin(`${root}/\xe9t\xe9/two.yaml`))
      await until('it says so', () => ['one', 'two'].every((name) => stderr().includes(`bottle/${name} Unreadable: `)))
      await rename(latin(`${root}/caf\xe9.yaml`), join(root, 'café.yaml'))
      await writeFile(join(root, 'four.yaml'), bottle('four'))
      await until('what comes after is followed', ready(4, stderr))
      await sleep(500)
      assert.equal(await machines(), ['bottle-four', 'bottle-one', 'bottle-three', 'bottle-two'])
      assert.not.match(stderr(), /removed machine/)
    }),
  { deadlineMs: 240_000 },
)

test.run()
