import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createBench, NO_CHANGE, refuses } from '../../conformance/machines/bench.ts'
import type { Bench } from '../../conformance/machines/bench.ts'
import { containersWorld } from '../../conformance/containers/world.ts'
import type { ContainersWorld } from '../../conformance/containers/world.ts'
import { dockerMissing } from '../../helpers/docker.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('containers of agents')
const why = dockerMissing()

const docker = (...args: readonly string[]): string =>
  execFileSync('docker', args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString()

const check = (title: string, body: (bench: Bench & ContainersWorld, name: string) => Promise<void>): void => {
  if (why !== undefined) return test.skip(title, why)
  test(
    title,
    async () => {
      const world = await containersWorld()
      const bench = { ...world, ...createBench(world) } as Bench & ContainersWorld
      try {
        await body(bench, bench.tag)
      } finally {
        await world.cleanup()
      }
    },
    { deadlineMs: 60_000 },
  )
}

const inside = (name: string, script: string): string =>
  docker('exec', name, '/bin/sh', '/.bottled/run', '/bin/sh', '-c', script)

check(
  'env and secrets are what a file says, nothing that Docker shows; another env keeps the disk',
  async (bench, name) => {
    const secret = `s-${randomBytes(8).toString('hex')}'"$(id)\n two lines`
    const [file, smolfile] = [join(bench.folder, 'secret'), join(bench.folder, 'smolfile')]
    await writeFile(file, secret)
    await writeFile(smolfile, `[secrets]\nKEY = { from_file = "${file}" }\n`)
    await bench.create({ smolfile, env: { A: 'first value', GONE: '1' } })
    await bench.machines.start(name)
    assert.is(inside(name, 'echo kept > /tmp/disk; printf %s "$KEY"'), secret)
    assert.is(inside(name, 'printf %s "$A $GONE"'), 'first value 1')
    assert.not.match(docker('inspect', name), /first value|s-[0-9a-f]{16}/)
    assert.throws(() => inside(name, 'echo A=2 > /.bottled/env'))

    await bench.machines.stop(name)
    await bench.machines.change(name, { ...NO_CHANGE, setEnv: { A: 'second' }, removeEnv: ['GONE'], memoryMiB: 300 })
    await bench.again().start(name)
    assert.is(inside(name, 'printf %s "$A ${GONE-none} $(cat /tmp/disk)"'), 'second none kept')
    assert.is((await bench.found(name)).memoryMiB, 300)
  },
)

check('an agent has no capability to pass its seal by, no new privileges, and no device', async (bench, name) => {
  await bench.create()
  await bench.machines.start(name)
  const { HostConfig: host } = (JSON.parse(docker('inspect', name)) as [{ HostConfig: Record<string, unknown> }])[0]
  assert.equal(host['CapDrop'], ['ALL'])
  const added = (host['CapAdd'] as readonly string[]).map((each) => each.replace('CAP_', '')).toSorted()
  assert.equal(added, ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID'])
  assert.equal(host['SecurityOpt'], ['no-new-privileges=true'])
  assert.equal([host['Privileged'], host['Init'], host['PidsLimit']], [false, true, 512])
  assert.match(String(host['NetworkMode']), /^container:[0-9a-f]{64}$/)
  assert.match(docker('exec', name, '/bin/cat', '/proc/self/status'), /NoNewPrivs:\s1/)
})

check('none starts without its seal, nor with another than asked', async (bench, name) => {
  await bench.create()
  bench.seals.refuse('a try got out')
  await refuses('Failed', () => bench.machines.start(name))
  assert.is((await bench.found(name)).state, 'created')
  bench.seals.refuse(undefined)
  await bench.machines.start(name)

  bench.seals.open(name, ['192.168.77.2/32', '0.0.0.0/0'])
  assert.equal((await bench.found(name)).allowedCidrs, ['192.168.77.2/32', '0.0.0.0/0'])
  await bench.machines.stop(name)
  const stopped = await bench.found(name)
  assert.equal([stopped.state, stopped.allowedCidrs], ['stopped', ['192.168.77.2/32', '0.0.0.0/0']])
  await bench.machines.reseal(name, { bundleIp: '192.168.77.2', mount: undefined, others: {} })
  assert.equal((await bench.found(name)).allowedCidrs, ['192.168.77.2/32'])
})

check('a holder that died, or is another one, is seen, and the next start keeps the disk', async (bench, name) => {
  await bench.create()
  await bench.machines.start(name)
  const { createdAt } = await bench.found(name)
  inside(name, 'echo kept > /root/disk')
  docker('kill', `${name}-seal`)
  assert.match((await bench.found(name)).astray ?? '', /ended/)
  await bench.machines.start(name)
  assert.is((await bench.found(name)).astray, undefined)

  docker('rm', '-f', `${name}-seal`)
  assert.match((await bench.found(name)).astray ?? '', /ended/)
  await bench.machines.stop(name)
  await bench.machines.start(name)
  const found = await bench.found(name)
  assert.equal([found.state, found.astray, found.createdAt], ['running', undefined, createdAt])
  assert.is(inside(name, 'cat /root/disk').trim(), 'kept')
  assert.match(docker('images', '-q', `bottled/agent-disk`), /\w/)
  // Removed by somebody, and made again: nobody needs the image of its disk any more.
  docker('rm', '-f', name)
  await bench.create()
  assert.is(docker('images', '-q', '--filter', `reference=bottled/agent-disk:${name}-*`), '')
  await bench.machines.remove(name)
  assert.is(docker('ps', '-aq', '--filter', `name=${name}`), '')
})

check('a death while a container is made in the place of another leaves one with the disk', async (bench, name) => {
  await bench.create()
  await bench.machines.start(name)
  inside(name, 'echo kept > /root/disk')
  await bench.machines.stop(name)
  docker('rm', '-f', `${name}-seal`)
  // Killed after the other one was made, and once more after the first was removed.
  docker('commit', name, `bottled/agent-disk:${name}-half`)
  docker('create', '--name', `${name}.next`, '--label', 'dev.bottled.role=agent', `bottled/agent-disk:${name}-half`)
  assert.is((await bench.machines.list()).length, 1)
  await bench.again().start(name)
  assert.is(inside(name, 'cat /root/disk').trim(), 'kept')
  docker('rename', name, `${name}.next`)
  assert.is((await bench.found(name)).state, 'running')
  await bench.machines.stop(name)
  await bench.machines.start(name)
  assert.is(inside(name, 'cat /root/disk').trim(), 'kept')
  docker('rmi', `bottled/agent-disk:${name}-half`)
})

check('the container outlives its command, and a paused one is unreachable', async (bench, name) => {
  await bench.create({ command: ['/bin/sh', '-c', 'echo said; exit 3'] })
  await bench.machines.start(name)
  while (!/ended with code 3/.test(execFileSync('sh', ['-c', `docker logs ${name} 2>&1`]).toString()))
    await new Promise((done) => setTimeout(done, 50))
  assert.is((await bench.found(name)).state, 'running')
  docker('pause', name)
  assert.is((await bench.found(name)).state, 'unreachable')
  await bench.machines.stop(name)
  assert.is((await bench.found(name)).state, 'stopped')
})

check(
  'an image without a shell is lent one; an archive of docker save is refused, and changes no tag',
  async (bench, name) => {
    const path = join(bench.folder, 'saved.tar')
    docker('save', '-o', path, (bench.source as { readonly reference: string }).reference)
    const error = await refuses('SourceRefused', () => bench.create({ source: { kind: 'archive', path } }))
    assert.match(error.hint ?? '', /docker load/)
    assert.is(await bench.machines.find(name), undefined)

    // The second time it is known of the image.
    for (const value of ['a b', 'c']) {
      await bench.create({ source: { kind: 'folder', path: bench.folder }, env: { A: value } })
      await bench.machines.start(name)
      const lent = ['/.bottled/busybox', 'sh']
      assert.is(docker('exec', name, ...lent, '/.bottled/run', ...lent, '-c', 'echo $A').trim(), value)
      await bench.machines.remove(name)
    }
  },
)

test.run()
