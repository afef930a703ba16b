import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { packageVersion } from '../../cli/verb/version.ts'
import { ownImage, ownImageMissing } from '../bundle/image/own-image.ts'
import { suite } from '../helpers/suite.ts'
import { REPO } from './controller-process.ts'
import { inspectContainer } from './engine.ts'
import type { Rig } from './rig.ts'
import { withRig } from './scenario.ts'

/** A controller with the image of `bottled bundle build`: the real Engine, a stand-in for smolvm. */
const test = suite('e2e own bundle')
const missing = ownImageMissing()
const run = promisify(execFile)

const title = (text: string, body: (rig: Rig) => Promise<void>): void => {
  if (missing !== undefined) return test.skip(text, missing)
  test(text, () => withRig(body), { deadlineMs: 120_000 })
}

title(
  'without the image the bottle waits and says how to make it; once it is there, the bottle is Ready',
  async (rig) => {
    // No version has this name; the rule is for the repository.
    const image = `bottled/bundle:t-${rig.word}`
    rig.write('a.yaml', rig.bottle('a', 'git: true', 'supervise: true', `bundle: {image: "${image}"}`))
    const { code, stdout } = await rig.once('--timeout', '8s')
    assert.is(code, 3)
    assert.match(stdout, `${image} is not present; bottled bundle build makes it`)
    await run('docker', ['tag', await ownImage(), image])
    try {
      assert.is((await rig.once()).code, 0)
      assert.is(rig.status('a')?.phase, 'Ready')
      // An upgrade: another version is named, and not there.
      await rig.edit('a.yaml', (text) => text.replace(image, `${image}-newer`))
      const before = (await run('docker', ['ps', '-q', '--filter', `name=${rig.word}`])).stdout
      assert.is((await rig.once('--timeout', '8s')).code, 3)
      assert.is((await run('docker', ['ps', '-q', '--filter', `name=${rig.word}`])).stdout, before)
      assert.is.not(before, '')
    } finally {
      await rig.dispose()
      await run('docker', ['rmi', '-f', image]).catch(() => undefined)
    }
  },
)

title('a controller that is told of no image takes that of its own version', async (rig) => {
  const image = `bottled/bundle:${packageVersion()}`
  const isThere = await run('docker', ['image', 'inspect', image]).then(
    () => true,
    () => false,
  )
  rig.write('a.yaml', rig.bottle('a'))
  const flags = ['--smolvm', join(REPO, 'test', 'fixtures', 'smolvm'), '--once', '--timeout', '20s']
  const { code, stdout } = await rig.bottled('run', rig.root, ...flags).ended
  if (isThere) assert.is((await inspectContainer(`bottle-${rig.slug('a')}-bundle`))?.Config.Image, image)
  else assert.match(stdout, `${image} is not present; bottled bundle build makes it`)
  assert.is(code, isThere ? 0 : 3)
})

test.run()
