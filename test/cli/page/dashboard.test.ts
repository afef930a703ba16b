import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { runExecutable } from '../../helpers/client.ts'
import { until, withPlace } from '../../helpers/simulated-run.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl dashboard')

test(
  'it leads a browser to the page, whose token stands in no argument of a process; without a controller it says so',
  () =>
    withPlace(true, async ({ root, state, start }) => {
      const none = await runExecutable(['dashboard', '-d', root])
      assert.is(none.exitCode, 3)
      assert.match(none.err, /^error: no controller runs .*\nhint: bottled run .*--listen 127\.0\.0\.1:9110\n$/)
      const silent = start()
      await until('it runs', () => silent.stderr().includes('watching'))
      assert.match((await runExecutable(['dashboard', '-d', root])).err, /serves no page/)
      await silent.stop()
      const controller = start('--listen', '127.0.0.1:0')
      await until('it serves', () => controller.stderr().includes('are served at'))
      const at = /are served at (\S+)/.exec(controller.stderr())?.[1] ?? ''
      // A browser that says what it was started with.
      const bin = join(dirname(root), 'bin')
      const said = join(dirname(root), 'said')
      mkdirSync(bin)
      writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nprintf %s "$*" > ${said}.new && mv ${said}.new ${said}\n`)
      chmodSync(join(bin, 'xdg-open'), 0o755)
      const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, DISPLAY: ':9' }
      const { out, exitCode } = await runExecutable(['dashboard', '-d', root], { env })
      assert.is(exitCode, 0)
      const [, token = ''] = new RegExp(`^${at}/#token=([0-9a-f]{64})\\n$`).exec(out) ?? []
      assert.ok(token, out)
      await until('the browser was started', () => existsSync(said))
      const file = readFileSync(said, 'utf8').replace('file://', '')
      assert.is(file, join(state, 'dashboard.html'))
      assert.is(statSync(file).mode & 0o777, 0o600)
      assert.ok(readFileSync(file, 'utf8').includes(`content="0; url=${out.trim()}"`))
      const answer = await fetch(`${at}/api/bottles/none`, { headers: { authorization: `Bearer ${token}` } })
      assert.is(answer.status, 404)
      await controller.stop()
      const again = start('--listen', '127.0.0.1:0')
      await until('it serves again', () => again.stderr().includes('are served at'))
      assert.ok((await runExecutable(['dashboard', '-d', root, '--no-open'])).out.endsWith(`#token=${token}\n`))
      // A controller that serves none doesn't send people to the last one's place.
      await again.stop()
      const last = start()
      await until('it runs', () => last.stderr().includes('watching'))
      assert.match((await runExecutable(['dashboard', '-d', root])).err, /serves no page/)
    }),
  { deadlineMs: 120_000 },
)

test.run()
