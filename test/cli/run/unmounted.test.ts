import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { bottle, ready, until, withPlace } from '../../helpers/simulated-run.ts'
import { suite } from '../../helpers/suite.ts'

/** A file system below the root that is unmounted while the controller runs, and before it starts, by a real mount. */
const test = suite('a mount below the root that is taken away')

const TITLE = 'costs no VM, where no deletion can be undone, and others are deleted and made meanwhile'
if (process.getuid?.() !== 0) test.skip(TITLE, 'only root may mount')
else
  test(
    TITLE,
    () =>
      withPlace(false, async ({ root, machines, start }) => {
        const [point, shown] = [join(root, 'sub'), join(dirname(root), 'shown')]
        for (const folder of [point, shown]) await mkdir(folder)
        for (const name of ['one', 'two']) await writeFile(join(root, `${name}.yaml`), bottle(name))
        await writeFile(join(shown, 'below.yaml'), bottle('below'))
        execFileSync('mount', ['--bind', shown, point])
        try {
          const first = start('--allow-mass-delete')
          const { stderr } = first
          await until('all are ready', ready(3, stderr))
          execFileSync('umount', ['-l', point])
          // Its deletion sweeps, as each minute does.
          await rm(join(root, 'one.yaml'))
          await until('it says so', () => /cannot read sub\/: what is mounted there is not what was/.test(stderr()))
          await until('the other is deleted', async () => !(await machines()).includes('bottle-one'))
          await writeFile(join(root, 'three.yaml'), bottle('three'))
          await until('a new one is made', ready(4, stderr))
          await sleep(500)
          assert.equal(await machines(), ['bottle-below', 'bottle-three', 'bottle-two'])
          assert.not.match(stderr(), /bottle\/below (its document|removed)/)
          await first.stop()
          // As after a boot at which its device failed.
          const second = start('--allow-mass-delete')
          await until('it says so again', () => /cannot read sub\//.test(second.stderr()))
          await rm(join(root, 'two.yaml'))
          await until('the other is deleted', async () => !(await machines()).includes('bottle-two'))
          assert.equal(await machines(), ['bottle-below', 'bottle-three'])
        } finally {
          execFileSync('sh', ['-c', 'umount -l "$1" 2>/dev/null || true', 'sh', point])
        }
      }),
    { deadlineMs: 240_000 },
  )

test.run()
