import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { contextFolder, usualSockets } from '../../../drivers/docker/socket-setting.ts'
import { findSocket } from '../../../drivers/docker/socket.ts'
import { chooseVersion } from '../../../drivers/docker/version.ts'
import { suite } from '../../helpers/suite.ts'
import { refuses } from '../../conformance/docker/bench.ts'

const test = suite('docker socket')

const versionOf = (ApiVersion: string, MinAPIVersion = '1.12'): object => ({
  Version: '99',
  ApiVersion,
  MinAPIVersion,
})

test('the explicit host wins over DOCKER_HOST, which wins over the context, which wins over the usual sockets', async () => {
  const home = await mkdtemp(join(tmpdir(), 'bottle-t-home-'))
  try {
    const meta = join(home, '.docker', 'contexts', 'meta', contextFolder('lab'))
    await mkdir(meta, { recursive: true })
    await writeFile(join(home, '.docker', 'config.json'), '{"currentContext":"lab"}')
    await writeFile(join(meta, 'meta.json'), '{"Name":"lab","Endpoints":{"docker":{"Host":"unix:///lab.sock"}}}')
    const env = { HOME: home, DOCKER_HOST: 'unix:///env.sock' }
    assert.is(await findSocket({ host: 'unix:///flag.sock', env }), '/flag.sock')
    assert.is(await findSocket({ host: undefined, env }), '/env.sock')
    assert.is(await findSocket({ host: undefined, env: { HOME: home } }), '/lab.sock')
    assert.is(await findSocket({ host: undefined, env: { HOME: home, DOCKER_HOST: '' } }), '/lab.sock')
    await refuses('InvalidRequest', () => findSocket({ host: undefined, env: { HOME: home, DOCKER_CONTEXT: 'gone' } }))
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})

test('a host that is not a unix socket is refused with its scheme and a hint', async () => {
  for (const url of [
    'tcp://10.0.0.1:2375',
    'ssh://me@box',
    'npipe:////./pipe/docker',
    'http://x',
    'unix://relative',
    'banana',
  ]) {
    const error = await refuses('InvalidRequest', () => findSocket({ host: undefined, env: { DOCKER_HOST: url } }))
    assert.match(error.message, /DOCKER_HOST/)
    assert.match(error.hint ?? '', /--docker-host unix:/)
  }
})

test("the usual sockets start with the system's and end with this user's podman", () => {
  const sockets = usualSockets({ XDG_RUNTIME_DIR: '/run/user/1' }, '/home/me')
  assert.is(sockets[0], '/var/run/docker.sock')
  assert.is(sockets.at(-1), '/run/user/1/podman/podman.sock')
  assert.ok(sockets.includes('/home/me/.docker/run/docker.sock'))
})

test("the negotiated version is the lower maximum, never below the engine's minimum", () => {
  assert.is(chooseVersion(versionOf('1.41')), '1.41')
  assert.is(chooseVersion(versionOf('1.48', '1.24')), '1.48')
  assert.is(chooseVersion(versionOf('1.70', '1.40')), '1.55')
  for (const server of [versionOf('1.40'), versionOf('1.9'), versionOf('1.70', '1.60'), {}]) {
    assert.throws(
      () => chooseVersion(server),
      (error: Error) => 'code' in error && error.code === 'VersionUnsupported',
    )
  }
})

test.run()
