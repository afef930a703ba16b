import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { agentArchive } from '../../conformance/containers/image-files.ts'
import { baseImage, bundleBuild, ownImageMissing } from '../../bundle/image/own-image.ts'
import { suite } from '../../helpers/suite.ts'
import { containersNamed, networksNamed } from '../engine.ts'
import { withRig } from '../scenario.ts'

/**
 * A host that has no way to Docker's bridges, as with a rootless Engine or Docker Desktop: the controller in a network namespace of its
 * own, where the Engine's socket is all that it has.
 */
const test = suite('e2e without a way to the bridge')
const UNSHARE = ['unshare', '--net'] as const
const run = promisify(execFile)
const docker = async (...args: readonly string[]): Promise<string> => (await run('docker', [...args])).stdout

const namespaceMissing = (): string | undefined => {
  try {
    execFileSync(UNSHARE[0], [...UNSHARE.slice(1), 'true'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'new network namespaces are not permitted here'
  }
}
const missing = ownImageMissing() ?? namespaceMissing()

if (missing !== undefined) test.skip('a bottle that is reached by its container alone', missing)
else
  test(
    'a bottle comes up, takes an edit of its egress, has its ask heard, and leaves nothing',
    () =>
      withRig(
        async (rig) => {
          const image = `bottled/bundle:t-${rig.word}`
          const built = await bundleBuild('--base', await baseImage(), '--tag', image)
          assert.is(built.code, 0, built.stderr)
          try {
            await agentArchive(rig.root)
            const machine = 'machine: {image: ./agent.tar, cpus: 1, memory: 128, command: [/bin/sleep, "100000"]}'
            rig.write(
              'a.yaml',
              rig.bottle('a', 'supervise: true', 'egress: {allow: [{host: one.test, ports: [80]}]}', machine),
            )
            const flags = ['--runtime', 'container', '--smolvm', `${rig.base}/no-smolvm`, '--bundle-image', image]
            const controller = rig.start(...flags, '--resync', '2s')
            const { bundle } = await rig.ready('a')
            const bundleName = `bottle-${rig.slug('a')}-bundle`
            const condition = (type: string) => rig.status('a')?.conditions?.find((each) => each.type === type)
            assert.is(condition('BundleReady')?.status, 'True')
            // Rules of this host's firewall would be in another namespace than the bridge.
            assert.is(condition('Sealed')?.status, 'Unknown')
            assert.match(condition('Sealed')?.message ?? '', 'its bridge is not on this host')

            const ip = bundle?.ip ?? ''
            const inAgent = (script: string): Promise<string> =>
              docker('exec', `bottle-${rig.slug('a')}`, '/bin/sh', '/.bottled/run', '/bin/sh', '-c', script)
            const http = (port: number, lines: readonly string[], body = ''): Promise<string> => {
              const head = [...lines, `Content-Length: ${body.length}`, '', ''].join('\\r\\n')
              return inAgent(`{ printf '${head}'; printf %s '${body}'; } | nc -w 5 ${ip} ${port}`)
            }
            const denied = async (host: string): Promise<string> => {
              const answer = await http(8888, [`GET http://${host}/ HTTP/1.0`, `Host: ${host}`])
              return /x-bottled-denied: (\w+)/i.exec(answer)?.[1] ?? answer
            }
            assert.is(await denied('two.test'), 'NotAllowed')
            await rig.edit('a.yaml', (text) => text.replace('one.test', 'two.test'))
            await rig.until('the edit is loaded', async () => (await denied('two.test')) !== 'NotAllowed', 30_000)
            assert.is(await denied('one.test'), 'NotAllowed')

            const ask = { name: 'ask', arguments: { question: 'May I?' } }
            // Its answer is lost where nc closes its half first.
            await http(
              9100,
              [
                'POST /mcp HTTP/1.0',
                `Host: ${ip}`,
                'Content-Type: application/json',
                'Accept: application/json, text/event-stream',
              ],
              JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: ask }),
            )
            await rig.until('the ask is heard', () => rig.status('a')?.asks === 1, 30_000)

            const talking = async (): Promise<number> =>
              (await docker('top', bundleName, '-o', 'pid,args')).split('\n').filter((line) => line.includes('talk'))
                .length
            await rig.until('it listens from inside', async () => (await talking()) > 0)
            await controller.stop()
            await rig.until('no process of the controller is left inside', async () => (await talking()) === 0, 30_000)

            rig.start(...flags)
            await rig.ready('a')
            rig.remove('a.yaml')
            await rig.until(
              'nothing is left',
              async () => (await containersNamed(rig.word)).length + (await networksNamed(rig.word)).length === 0,
              30_000,
            )
          } finally {
            await rig.dispose()
            await docker('rmi', '-f', image).catch(() => undefined)
          }
        },
        { through: UNSHARE },
      ),
    { deadlineMs: 240_000 },
  )

test.run()
