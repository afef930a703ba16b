import { getEventListeners } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createConnection } from '../../../drivers/docker/connection.ts'
import { createDocker } from '../../../drivers/docker/docker.ts'
import type { Answer, FakeEngine } from '../../helpers/fake-engine.ts'
import { createFakeEngine, sendJson } from '../../helpers/fake-engine.ts'
import { patience } from '../../helpers/patience.ts'
import { suite } from '../../helpers/suite.ts'
import { refuses } from '../../conformance/docker/bench.ts'

const test = suite('docker connect')

const versionOf = (ApiVersion: string, MinAPIVersion = '1.12'): object => ({ Version: '99', ApiVersion, MinAPIVersion })

/** Runs the body against a fake engine of API 1.41 with the given other answers. */
const withEngine = async (answer: Answer, body: (engine: FakeEngine) => Promise<void>): Promise<void> => {
  const engine = await createFakeEngine((path, request, response) =>
    path === '/version' ? sendJson(response, 200, versionOf('1.41')) : answer(path, request, response),
  )
  try {
    await body(engine)
  } finally {
    await engine.remove()
  }
}

test('creating the driver does not load dockerode', () => {
  createDocker({ host: 'unix:///nowhere', env: {} })
  const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('/dockerode/'))
  assert.equal(loaded, [])
})

test('every call carries the agreed version with its v', () =>
  withEngine(
    (_, __, response) => sendJson(response, 200, []),
    async (engine) => {
      const docker = createDocker({ host: `unix://${engine.socket}`, env: {} })
      await docker.networks.list()
      await docker.containers.list()
      assert.equal(engine.asked, ['GET /version', 'GET /v1.41/networks', 'GET /v1.41/containers/json?all=true'])
    },
  ))

test('after an absence of the daemon the version is negotiated again', async () => {
  let version = '1.41'
  const engine = await createFakeEngine((path, _, response) =>
    sendJson(response, 200, path === '/version' ? versionOf(version) : []),
  )
  try {
    const { networks } = createDocker({ host: engine.socket, env: {} })
    await networks.list()
    await engine.stop()
    await refuses('Unavailable', () => networks.list())
    version = '1.48'
    await engine.start()
    await networks.list()
    assert.is(engine.asked.at(-1), 'GET /v1.48/networks')
  } finally {
    await engine.remove()
  }
})

test('a connection that is forgotten keeps no socket, and a stream that is silent meanwhile keeps its own', () => {
  const [calls, streams] = [new Set<Socket>(), new Set<Socket>()]
  return withEngine(
    (path, request, response) => {
      if (path.endsWith('/events')) {
        streams.add(request.socket)
        response.writeHead(200).flushHeaders()
        return
      }
      calls.add(request.socket)
      sendJson(response, 200, {})
    },
    async ({ socket }) => {
      const asking = { operation: 'ask', doing: 'read', method: 'GET' } as const
      const gone = new AbortController()
      const stream = await createConnection({ host: socket, env: {} }).open({ ...asking, path: '/events' }, gone.signal)
      for (let at = 0; at < 3; at += 1)
        await createConnection({ host: socket, env: {} }).request({ ...asking, path: '/info' })
      assert.is(calls.size, 3)
      while (![...calls].every(({ destroyed }) => destroyed)) await new Promise((resolve) => setTimeout(resolve, 50))
      assert.equal(
        [...streams].map(({ destroyed }) => destroyed),
        [false],
      )
      stream.destroy()
    },
  )
})

test('an image is looked for and saved for this platform, by an engine that keeps several', async () => {
  for (const [version, asks] of [
    ['1.47', [false, false]],
    ['1.48', [false, true]],
    ['1.55', [true, true]],
  ] as const) {
    const engine = await createFakeEngine((path, _, response) =>
      sendJson(
        response,
        200,
        path === '/version' ? { ...versionOf(version), Os: 'linux', Arch: 'arm64' } : { Id: 'x' },
      ),
    )
    const folder = await mkdtemp(join(tmpdir(), 'bottle-t-save-'))
    try {
      await createDocker({ host: engine.socket, env: {} }).images.save('agent', join(folder, 'agent.tar'))
      const query = `platform=${encodeURIComponent('{"os":"linux","architecture":"arm64"}')}`
      assert.equal(
        engine.asked.slice(1),
        ['json', 'get'].map(
          (what, at) => `GET /v${version}/images/agent:latest/${what}${asks[at] === true ? `?${query}` : ''}`,
        ),
      )
    } finally {
      await engine.remove()
      await rm(folder, { recursive: true, force: true })
    }
  }
})

test('an engine that refuses the version is asked again with another', async () => {
  let version = '1.48'
  const engine = await createFakeEngine((path, _, response) => {
    if (path === '/version') sendJson(response, 200, versionOf(version))
    else if (path.startsWith(`/v${version}/`)) sendJson(response, 200, [])
    else
      sendJson(response, 400, {
        message: `client version 1.48 is too new. Maximum supported API version is ${version}`,
      })
  })
  try {
    const { networks } = createDocker({ host: engine.socket, env: {} })
    await networks.list()
    version = '1.41'
    await networks.list()
    assert.is(engine.asked.at(-1), 'GET /v1.41/networks')
  } finally {
    await engine.remove()
  }
})

test('"page not found" never means that an object is gone', () =>
  withEngine(
    (_, __, response) => sendJson(response, 404, { message: 'page not found' }),
    async ({ socket }) => {
      const docker = createDocker({ host: socket, env: {} })
      await refuses('Failed', () => docker.containers.find('x'))
      await refuses('Failed', () => docker.containers.remove('x'))
      await refuses('Failed', () => docker.networks.remove('x'))
      await refuses('Failed', () => docker.images.has('x'))
    },
  ))

test('a socket that connects and hangs is a Timeout within 6 s', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-hang-'))
  const open = new Set<Socket>()
  const server = createServer((socket) => open.add(socket))
  await new Promise<void>((resolve) => server.listen(join(folder, 's'), resolve))
  try {
    const began = performance.now()
    await refuses('Timeout', () => createDocker({ host: join(folder, 's'), env: {} }).engine.ping())
    assert.ok(performance.now() - began < 6_000 * patience())
  } finally {
    for (const socket of open) socket.destroy()
    server.close()
    await rm(folder, { recursive: true, force: true })
  }
})

test('an engine slow to identify itself, as on a busy machine, is waited for', () =>
  withEngine(
    (_, __, response) => void setTimeout(() => sendJson(response, 200, { ID: 'slow' }), 6_000),
    async ({ socket }) => assert.is((await createDocker({ host: socket, env: {} }).engine.ping()).id, 'slow'),
  ))

test('a signal ends a call that hangs, as Aborted', () =>
  withEngine(
    () => {},
    async ({ socket }) => {
      const stop = new AbortController()
      setTimeout(() => stop.abort(), 50)
      await refuses('Aborted', () => createDocker({ host: socket, env: {} }).networks.list(stop.signal))
    },
  ))

test('one signal covers many calls at once without a warning, and keeps no listener', () =>
  withEngine(
    (_, __, response) => sendJson(response, 200, []),
    async ({ socket }) => {
      const { networks } = createDocker({ host: socket, env: {} })
      const { signal } = new AbortController()
      await Promise.all(Array.from({ length: 40 }, () => networks.list(signal)))
      assert.is(getEventListeners(signal, 'abort').length, 0)
    },
  ))

test('an answer that is cut off is Unavailable', () =>
  withEngine(
    (_, __, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('[{"Id":')
      setTimeout(() => response.destroy(), 20)
    },
    async ({ socket }) => {
      await refuses('Unavailable', () => createDocker({ host: socket, env: {} }).containers.list())
    },
  ))

test('DOCKER_HOST of the process does not override an explicit socket', () =>
  withEngine(
    (_, __, response) => sendJson(response, 200, []),
    async ({ socket }) => {
      const before = process.env['DOCKER_HOST']
      process.env['DOCKER_HOST'] = 'tcp://192.0.2.1:2375'
      try {
        assert.equal(await createDocker({ host: socket, env: process.env }).networks.list(), [])
        assert.is(process.env['DOCKER_HOST'], 'tcp://192.0.2.1:2375')
      } finally {
        if (before === undefined) delete process.env['DOCKER_HOST']
        else process.env['DOCKER_HOST'] = before
      }
    },
  ))

test('events split anywhere are read completely, and end with the stream', () =>
  withEngine(
    (_, __, response) => {
      const line = JSON.stringify({
        Type: 'network',
        Action: 'create',
        Actor: { ID: 'n1', Attributes: { name: 'bottle-ä' } },
      })
      const bytes = Buffer.from(`${line}\n${line}\n`)
      const cut = bytes.indexOf(0xc3) + 1
      response.writeHead(200, { 'content-type': 'application/jsonl' })
      response.write(bytes.subarray(0, cut))
      setTimeout(() => response.end(bytes.subarray(cut)), 20)
    },
    async ({ socket, asked }) => {
      let hints = 0
      for await (const _ of createDocker({ host: socket, env: {} }).engine.events(new AbortController().signal))
        hints += 1
      assert.is(hints, 2)
      assert.not.match(decodeURIComponent(asked.at(-1) ?? ''), /label/)
    },
  ))

test('an event stream that is cut off throws Unavailable', () =>
  withEngine(
    (_, __, response) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' })
      response.write('{"Type":')
      setTimeout(() => response.destroy(), 20)
    },
    async ({ socket }) => {
      await refuses('Unavailable', async () => {
        for await (const _ of createDocker({ host: socket, env: {} }).engine.events(new AbortController().signal))
          continue
      })
    },
  ))

test.run()
