import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { agentArchive } from '../../conformance/containers/image-files.ts'
import { ownImage, ownImageMissing } from '../../bundle/image/own-image.ts'
import { cli } from '../../helpers/entry.ts'
import { suite } from '../../helpers/suite.ts'
import { containersNamed, networksNamed } from '../engine.ts'
import { withRig } from '../scenario.ts'

/** Agents in containers: the real Engine, the image of `bottled bundle build`, no smolvm and no KVM. */
const test = suite('e2e container')
const missing = ownImageMissing()
const run = promisify(execFile)
const docker = async (...args: readonly string[]): Promise<string> => (await run('docker', [...args])).stdout

if (missing !== undefined) test.skip('a bottle on Docker alone', missing)
else
  test(
    'a bottle on Docker alone comes up sealed, keeps its disk whatever is killed, and leaves nothing',
    () =>
      withRig(async (rig) => {
        const image = await ownImage()
        await agentArchive(rig.root)
        writeFileSync(join(rig.base, 'key'), 'a value')
        const machine =
          'machine: {image: ./agent.tar, cpus: 1, memory: 128, command: [/bin/sh, -c, "echo said; exec /bin/sleep 100000"]}'
        const spec = ['env: {A: one}', `secrets: {KEY: {fromFile: ${join(rig.base, 'key')}}}`, machine]
        rig.write('a.yaml', rig.bottle('a', ...spec))
        const none = join(rig.base, 'no-smolvm')
        rig.start('--runtime', 'container', '--smolvm', none, '--bundle-image', image)
        const ready = await rig.ready('a')
        assert.is(ready.machine?.runtime, 'container')
        const condition = ready.conditions?.find(({ type }) => type === 'MachineReady')
        assert.is(condition?.reason, 'ContainerIsolation')
        assert.is(rig.events('a').filter(({ reason }) => reason === 'ContainerIsolation').length, 1)

        const agent = `bottle-${rig.slug('a')}`
        const inside = (script: string): Promise<string> =>
          docker('exec', agent, '/bin/sh', '/.bottled/run', '/bin/sh', '-c', script)
        const bundle = ready.bundle?.ip ?? ''
        const asked = (): Promise<string> =>
          inside(`printf 'GET /health HTTP/1.0\\r\\n\\r\\n' | nc -w 3 ${bundle} 8888`)
        assert.is(
          await inside('echo kept > /root/disk; printf %s "$A $KEY $HTTP_PROXY"'),
          `one a value http://${bundle}:8888`,
        )
        assert.not.match(await docker('inspect', agent), /a value/)
        // Its proxy answers; the host's end of the bridge, and what Docker resolves names by, don't.
        assert.match(await asked(), /^HTTP\/1/)
        for (const way of [`${bundle.replace(/2$/, '1')} 22`, '127.0.0.11 53', `${bundle} 53`])
          assert.is(
            await inside(`nc -w 2 ${way} </dev/null >/dev/null 2>&1 && echo open || echo closed`),
            'closed\n',
            way,
          )

        const ctl = async (...args: readonly string[]): Promise<string> => {
          const [file = '', ...words] = cli('bottlectl', '-d', rig.root, ...args)
          return (await run(file, words, { env: rig.env })).stdout
        }
        const name = rig.slug('a')
        assert.is(await ctl('exec', name, '--no-stdin', '--', '/bin/sh', '-c', 'printf %s "$A"'), 'one')
        writeFileSync(join(rig.base, 'sent'), 'sent')
        await ctl('cp', join(rig.base, 'sent'), `${name}:/root/sent`)
        await ctl('cp', `${name}:/root/sent`, join(rig.base, 'back'))
        assert.is(readFileSync(join(rig.base, 'back'), 'utf8'), 'sent')
        assert.is(await ctl('logs', name, '-c', 'machine'), 'said\n')
        assert.match(await ctl('get', 'bottles', '-o', 'wide'), / container /)

        const heals = async (what: string, ...command: readonly string[]): Promise<void> => {
          const before = (await docker('inspect', '-f', '{{.State.Pid}}', agent)).trim()
          await docker(...command)
          await rig.until(
            `${what} is healed`,
            async () => {
              const pid = (await docker('inspect', '-f', '{{.State.Pid}}', agent).catch(() => before)).trim()
              return (
                pid !== before &&
                pid !== '0' &&
                rig.status('a')?.phase === 'Ready' &&
                String(rig.status('a')?.machine?.pid) === pid
              )
            },
            30_000,
          )
          assert.match(await asked(), /^HTTP\/1/)
        }
        await heals('a killed agent', 'kill', agent)
        await heals('a killed holder', 'kill', `${agent}-seal`)
        await heals('a removed holder', 'rm', '-f', `${agent}-seal`)
        assert.is((await inside('cat /root/disk')).trim(), 'kept')

        await rig.edit('a.yaml', (text) => text.replace('A: one', 'A: two').replace('memory: 128', 'memory: 160'))
        await rig.until(
          'the edit is there',
          async () => (await inside('printf %s "$A"').catch(() => '')) === 'two',
          30_000,
        )
        assert.is((await inside('cat /root/disk')).trim(), 'kept')
        assert.is((await docker('inspect', '-f', '{{.HostConfig.Memory}}', agent)).trim(), String(160 * 1024 ** 2))
        await rig.ready('a')
        await heals('a removed agent', 'rm', '-f', agent)

        rig.remove('a.yaml')
        await rig.until(
          'nothing is left',
          async () => (await containersNamed(rig.word)).length + (await networksNamed(rig.word)).length === 0,
          30_000,
        )
        assert.is(await docker('images', '-q', 'bottled/agent-disk').then((ids) => ids.includes(rig.word)), false)
      }),
    { deadlineMs: 240_000 },
  )

test.run()
