import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { agentArchive } from '../../conformance/containers/image-files.ts'
import { ownImage, ownImageMissing } from '../../bundle/image/own-image.ts'
import { cli } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'
import { withRig } from '../scenario.ts'

/** `bottled doctor --seal --runtime container` on the real Engine, and what controllers make of it. */
const test = suite('e2e doctor of containers')
const missing = ownImageMissing()
const run = promisify(execFile)
const docker = async (...args: readonly string[]): Promise<string> => (await run('docker', [...args])).stdout

interface Diagnosis {
  readonly checks: readonly { readonly check: string; readonly level: string; readonly message: string }[]
}

test('without the image of the bundle nothing is tried, and the command is named', () =>
  withRig(async (rig) => {
    const image = `bottled/bundle:none-${rig.word}`
    mkdirSync(rig.env['XDG_RUNTIME_DIR'] ?? '', { mode: 0o700 })
    const [file = '', ...words] = cli('bottled', 'doctor', rig.root, '--seal', '--runtime', 'container')
    const { stdout, stderr } = await run(file, [...words, '--bundle-image', image, '-o', 'json'], {
      env: rig.env,
    }).catch((error: { readonly stdout: string; readonly stderr: string }) => error)
    const { checks } = JSON.parse(stdout) as Diagnosis
    assert.equal(
      checks.filter(({ check }) => check === 'seal' || check === 'record'),
      [
        {
          check: 'seal',
          level: 'fail',
          message: `nothing was tried: Docker has no ${image}, and the bottle of the proof needs it`,
          command: 'bottled bundle build',
        },
      ],
      stdout,
    )
    assert.is(stderr, '', 'no bottle was made')
  }))

if (missing !== undefined) test.skip('a container of our own tries the seal', missing)
else
  test(
    'a container of our own tries the seal without smolvm, leaves nothing, and bottles are Proven by it',
    () =>
      withRig(async (rig) => {
        const image = await ownImage()
        const none = ['--smolvm', join(rig.base, 'no-smolvm')]
        const sealed = () => rig.status('a')?.conditions?.find(({ type }) => type === 'Sealed')
        await agentArchive(rig.root)
        const machine = 'machine: {image: ./agent.tar, cpus: 1, memory: 128, command: [/bin/sleep, "100000"]}'
        rig.write('a.yaml', rig.bottle('a', machine))
        rig.start('--runtime', 'container', ...none, '--bundle-image', image, '--resync', '2s')
        await rig.ready('a')
        // The rules were loaded, listed and tried; where this user can't close the edges that isn't all.
        assert.match(sealed()?.message ?? '', 'bottled doctor --seal --runtime container')
        if (process.getuid?.() === 0) assert.equal([sealed()?.status, sealed()?.reason], ['True', 'Tried'])

        const [file = '', ...words] = cli('bottled', 'doctor', rig.root, '--seal', '--runtime', 'container', ...none)
        const { stdout, stderr } = await run(file, [...words, '--bundle-image', image, '-o', 'json'], {
          env: rig.env,
          timeout: 200_000,
        }).catch((error: { readonly stdout: string; readonly stderr: string }) => error)
        const { checks } = JSON.parse(stdout) as Diagnosis
        const found = (name: string) => checks.find(({ check }) => check === name)
        assert.is(found('seal')?.level, 'ok', `${JSON.stringify(checks)}\n${stderr}`)
        assert.is(found('record')?.level, 'ok', JSON.stringify(checks))
        assert.equal([found('smolvm'), found('kvm'), found('capture')], [undefined, undefined, undefined])
        const rows = Number(/tried (\d+) ways/.exec(found('seal')?.message ?? '')?.[1])
        // The bottle that runs beside it is among what it tried to reach.
        assert.ok(rows > 150, `${rows} rows`)

        await rig.until('the bottle is Proven', () => sealed()?.reason === 'Proven', 60_000)
        assert.match(sealed()?.message ?? '', `tried ${rows} ways out`)
        const throwaway = /bottled run (\S+) --once --runtime container removes it after rm \S+\/(\S+)\.yaml/.exec(
          stderr,
        )
        const [, root = '', name = ''] = throwaway ?? []
        assert.ok(name.startsWith('seal-'), stderr)
        for (const kind of ['ps -a', 'network ls', 'images'])
          assert.not.match(await docker(...kind.split(' ')), name, kind)
        assert.not.ok(readdirSync(tmpdir()).some((entry) => join(tmpdir(), entry) === root))
        assert.match(readFileSync(join(rig.root, 'a.yaml'), 'utf8'), 'Proven')
      }),
    { deadlineMs: 300_000 },
  )

test.run()
