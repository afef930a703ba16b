import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { bundleImage } from '../../helpers/bundle-image.ts'
import { createClient, runExecutable } from '../../helpers/client.ts'
import type { Client } from '../../helpers/client.ts'
import { dockerMissing } from '../../helpers/docker.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('bottlectl logs, exec and cp')
const name = `t-${randomBytes(4).toString('hex')}`
const container = `bottle-${name}-bundle`

const withBottle = async (body: (client: Client) => Promise<void>): Promise<void> => {
  const client = await createClient()
  try {
    await client.file(
      'a.yaml',
      `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: ${name}}\nspec: {agent: claude}\n`,
    )
    await body(client)
  } finally {
    await client.remove()
  }
}

const missing = dockerMissing()
if (missing !== undefined) test.skip('they reach the bundle through Docker', missing)
else {
  test(
    'they reach the bundle through Docker',
    async () => {
      const docker = (...args: readonly string[]): string => execFileSync('docker', args, { encoding: 'utf8' })
      const image = await bundleImage()
      docker('run', '-d', '--name', container, '--network', 'none', '-e', `BOTTLE_NAME=${name}`, image)
      try {
        await withBottle(async ({ root }) => {
          const logs = await runExecutable(['-d', root, 'logs', name])
          assert.equal([logs.exitCode, logs.out], [0, `serving as 65534 for ${name}\n`])
          const inside = await runExecutable([
            '-d',
            root,
            'exec',
            name,
            '-c',
            'bundle',
            '--',
            '/bin/busybox',
            'sh',
            '-c',
            'echo out; echo err >&2; exit 7',
          ])
          assert.equal(inside, { exitCode: 7, out: 'out\n', err: 'err\n' })
          const copied = await runExecutable([
            '-d',
            root,
            'cp',
            '-c',
            'bundle',
            `${name}:/bundle/init`,
            join(root, 'copy'),
          ])
          assert.is(copied.exitCode, 0, copied.err)
          assert.is(
            readFileSync(join(root, 'copy'), 'utf8'),
            readFileSync(new URL('../../fixtures/bundle/init', import.meta.url), 'utf8'),
          )
        })
      } finally {
        docker('rm', '-f', container)
      }
      await withBottle(async ({ root }) => {
        const { exitCode, err } = await runExecutable(['-d', root, 'logs', name])
        assert.is(exitCode, 1)
        assert.match(err, /^error: /)
      })
    },
    { deadlineMs: 90_000 },
  )
}

test(
  'exec, cp and logs reach the VM through smolvm; the exit code of exec and logs is its own',
  async () => {
    await withBottle(async ({ root }) => {
      const smolvm = join(root, '.smolvm')
      writeFileSync(smolvm, '#!/bin/sh\necho "$@"\nexit 5\n')
      chmodSync(smolvm, 0o755)
      const run = (...argv: readonly string[]): ReturnType<typeof runExecutable> =>
        runExecutable(['-d', root, ...argv, '--smolvm', smolvm])
      assert.equal(await run('logs', name, '-c', 'machine', '-f', '--tail', '5'), {
        exitCode: 5,
        out: `machine logs --name bottle-${name} -f --tail 5\n`,
        err: '',
      })
      assert.is(
        (await runExecutable(['-d', root, 'exec', '--smolvm', smolvm, name, '--', 'ls', '-l'])).out,
        `machine exec --name bottle-${name} -i -- ls -l\n`,
      )
      const { exitCode, err } = await run('cp', join(root, 'a.yaml'), `${name}:/workspace/a.yaml`)
      assert.is(exitCode, 1)
      assert.match(
        err,
        /^error: can't copy a\.yaml to \/workspace\/a\.yaml in bottle-.*: the command in the guest ended with code 5\n/,
      )
    })
  },
  { deadlineMs: 60_000 },
)

test.run()
