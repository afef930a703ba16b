import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { ownImage, ownImageMissing } from '../../bundle/image/own-image.ts'
import { REPO } from '../controller-process.ts'
import { suite } from '../../helpers/suite.ts'

/** `npm run demo -- --docker`, as a newcomer runs it. */
const test = suite('e2e demo on Docker')
const missing = ownImageMissing()
const run = promisify(execFile)
const demo = (...args: readonly string[]): Promise<{ code?: number; stdout: string; stderr: string }> =>
  run(process.execPath, ['--import', 'tsx', 'cli/demo.ts', '--docker', ...args], { cwd: REPO, timeout: 280_000 }).catch(
    (error: { code: number; stdout: string; stderr: string }) => error,
  )

if (missing !== undefined) test.skip('the demo on Docker', missing)
else {
  test('without the image of the bundle it names the command, and makes nothing', async () => {
    const { code, stdout, stderr } = await demo('--bundle-image', `bottled/none:${randomBytes(4).toString('hex')}`)
    assert.is(code, 1)
    assert.is(stdout, '')
    assert.match(stderr, /^the image bottled\/none:\S+ is not built yet: .*bottled bundle build\n$/)
  })

  test(
    'it is played to its end, its agent reaches its proxy alone, and nothing is left',
    async () => {
      const image = await ownImage()
      const { code, stdout, stderr } = await demo('--bundle-image', image)
      assert.is(code, undefined, `${stdout}\n${stderr}`)
      assert.match(stdout, /its proxy \S+: connected/)
      for (const what of ['this host', 'the resolver of Docker', 'an address outside'])
        assert.match(stdout, new RegExp(`${what} \\S+: ECONNREFUSED`), stdout)
      assert.match(stdout, /Done in \d+ s\. Next/)
      const tag = /demo-[0-9a-f]{6}/.exec(stdout)?.[0] ?? 'no tag'
      for (const kind of [
        ['ps', '-a'],
        ['network', 'ls'],
      ])
        assert.not.match((await run('docker', kind)).stdout, tag)
    },
    { deadlineMs: 300_000 },
  )
}

test.run()
