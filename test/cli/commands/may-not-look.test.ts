import { execFile } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import * as assert from 'uvu/assert'
import { createClient } from '../../helpers/client.ts'
import { cli } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('may not look')

const NOBODY = 65534
const asNobody = (argv: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    const [file = '', ...args] = cli('bottlectl', ...argv)
    execFile(
      file,
      args,
      { uid: NOBODY, gid: NOBODY, env: { PATH: process.env['PATH'], HOME: '/nonexistent' } },
      (_, out, err) => resolve(out + err),
    )
  })

const title = 'who may not read the state folder is not told that no controller runs'
if (process.getuid?.() !== 0) test.skip(title, 'only root can be another user')
else if (!/Version/.test(await asNobody(['version'])))
  test.skip(title, 'another user may not enter the folder that this runs from')
else
  test(
    title,
    async () => {
      const client = await createClient()
      try {
        await client.file(
          'a.yaml',
          'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: a}\nspec: {agent: claude}\n',
        )
        await client.file('.bottled/lock', 'x')
        await chmod(client.stateDir, 0o700)
        await chmod(client.root, 0o755)
        const said = await asNobody(['-d', client.root, 'get', 'bottles'])
        assert.match(said, /^a /m)
        assert.match(said, /^note: whether a controller runs on .* can't be seen: this user may not read .*\.bottled:/m)
        assert.not.match(said, /no controller runs/)
        await chmod(client.stateDir, 0o755)
        await client.file('.bottled/lock', '{')
        assert.match(await asNobody(['-d', client.root, 'get', 'bottles']), /can't be seen: .*lock is unreadable/)
      } finally {
        await client.remove()
      }
    },
    { deadlineMs: 60_000 },
  )

test.run()
