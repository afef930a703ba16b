import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { createConnection } from '../../../drivers/docker/connection.ts'
import { createDockerImages } from '../../../drivers/docker/images.ts'
import { imagePath, splitReference } from '../../../drivers/docker/image-reference.ts'
import { platformQuery } from '../../../drivers/docker/version.ts'
import { createPullProgress } from '../../../drivers/docker/pull-progress.ts'
import { bundleImage } from '../../helpers/bundle-image.ts'
import { dockerMissing } from '../../helpers/docker.ts'
import type { FakeRegistry } from '../../helpers/fake-registry.ts'
import { createFakeRegistry } from '../../helpers/fake-registry.ts'
import { suite } from '../../helpers/suite.ts'
import { refuses } from '../../conformance/docker/bench.ts'

const test = suite('docker images')

test('a reference is split at its digest, otherwise at its tag, and never requests all tags', () => {
  assert.equal(splitReference('busybox'), { repository: 'busybox', tag: 'latest' })
  assert.equal(splitReference('r.example:5000/a/b'), { repository: 'r.example:5000/a/b', tag: 'latest' })
  assert.equal(splitReference('r.example:5000/a/b:1.2'), { repository: 'r.example:5000/a/b', tag: '1.2' })
  assert.equal(splitReference('a/b@sha256:0f'), { repository: 'a/b', tag: 'sha256:0f' })
  assert.equal(splitReference('a/b:1.2@sha256:0f'), { repository: 'a/b', tag: 'sha256:0f' })
})

test('a reference cannot leave its place in the path', () => {
  assert.is(imagePath('r.example:5000/a/b@sha256:0f', 'json'), '/images/r.example:5000/a/b@sha256:0f/json')
  assert.is(imagePath('a?b#c', 'json'), '/images/a%3Fb%23c:latest/json')
  for (const reference of ['', 'a/../b', 'a//b', '/a'])
    assert.throws(() => imagePath(reference, 'json'), /invalid reference/)
})

test('no tag means latest, also where an engine would take them all; a digest and an id have none', () => {
  for (const [asked, meant] of [
    ['agent', 'agent:latest'],
    ['r.example:5000/a', 'r.example:5000/a:latest'],
    ['agent:1', 'agent:1'],
    ['agent@sha256:0f', 'agent@sha256:0f'],
    ['sha256:0f', 'sha256:0f'],
    ['0123456789ab', '0123456789ab'],
  ] as const)
    assert.is(imagePath(asked, 'get'), `/images/${meant}/get`)
})

test('engines that keep images for several platforms are asked for ours, older ones for none', () => {
  const server = { Os: 'linux', Arch: 'arm64' }
  assert.equal(platformQuery(server, { version: '1.41', since: '1.48' }), {})
  assert.equal(platformQuery(server, { version: '1.55', since: '1.48' }), {
    platform: '{"os":"linux","architecture":"arm64"}',
  })
  assert.equal(platformQuery({}, { version: '1.55', since: '1.48' }), {})
})

test('progress tells each finished layer once', () => {
  const progress = createPullProgress()
  const lines = [
    { status: 'Pulling from a/b', id: '1.2' },
    { status: 'Pulling fs layer', id: 'l1' },
    { status: 'Already exists', id: 'l2' },
    { status: 'Downloading', id: 'l1' },
    { status: 'Pull complete', id: 'l1' },
    { status: 'Pull complete', id: 'l1' },
    { status: 'Status: Downloaded newer image for a/b:1.2' },
  ]
  assert.equal(
    lines.flatMap((line) => progress.next(line) ?? []),
    ['Pulling from a/b', '1 of 2 layers', '2 of 2 layers', 'Status: Downloaded newer image for a/b:1.2'],
  )
})

const missing = dockerMissing()

const real = (
  title: string,
  body: (images: ReturnType<typeof createDockerImages>, registry: FakeRegistry) => Promise<void>,
): void => {
  if (missing !== undefined) return test.skip(title, missing)
  test(title, async () => {
    const registry = await createFakeRegistry()
    try {
      await body(
        createDockerImages(createConnection({ host: undefined, env: process.env }), { stallMs: 5_000 }),
        registry,
      )
    } finally {
      await registry.close()
      const left = execFileSync('docker', ['images', '--format', '{{.Repository}}:{{.Tag}}']).toString().split('\n')
      for (const name of left)
        if (name.startsWith(registry.host)) execFileSync('docker', ['rmi', name], { stdio: 'ignore' })
    }
  })
}

real('a pull fetches the image, with progress, and simultaneous callers share it', async (images, registry) => {
  const reference = `${registry.host}/ok:1`
  assert.not(await images.has(reference))
  const lines: string[] = []
  await Promise.all([1, 2, 3].map(() => images.pull(reference, (line) => lines.push(line))))
  assert.ok(await images.has(reference))
  assert.is(lines.filter((line) => line === '1 of 1 layers').length, 3)
  assert.is(registry.asked.filter((line) => /GET .*blobs/.test(line)).length, 2)
  assert.match((await images.id(reference)) ?? '', /^sha256:[0-9a-f]{64}$/)
})

real('an image the registry lacks is ImageNotFound', async (images, { host }) => {
  await refuses('ImageNotFound', () => images.pull(`${host}/missing:1`, () => {}))
})

real(
  'a registry that wants credentials, or limits the rate, is ImageUnauthorized with a hint',
  async (images, { host }) => {
    const error = await refuses('ImageUnauthorized', () => images.pull(`${host}/private:1`, () => {}))
    assert.match(error.hint ?? '', /docker login/)
    await refuses('ImageUnauthorized', () => images.pull(`${host}/limited:1`, () => {}))
  },
)

real('a registry that is not there, and one whose name is not, are told apart', async (images) => {
  const down = await refuses('RegistryUnavailable', () => images.pull('127.0.0.1:1/x:1', () => {}))
  assert.match(down.hint ?? '', /doesn't answer/)
  const unknown = await refuses('RegistryUnavailable', () => images.pull('registry.invalid/x:1', () => {}))
  assert.match(unknown.hint ?? '', /name in the reference|network or its DNS/)
})

real('a pull that breaks after its 200 is an error', async (images, { host }) => {
  const error = await refuses('Failed', () => images.pull(`${host}/torn:1`, () => {}))
  assert.match(error.message, /blob|content descriptor/)
  assert.match(error.hint ?? '', /not all of its layers/)
  assert.not(await images.has(`${host}/torn:1`))
})

real('a pull without a byte is a Timeout', async (images, { host }) => {
  await refuses('Timeout', () => images.pull(`${host}/stall:1`, () => {}))
})

real(
  'a registry that sends a byte now and then is a Timeout that says how to pull without one',
  async (_, { host }) => {
    const patient = createDockerImages(createConnection({ host: undefined, env: process.env }), {
      stallMs: 60_000,
      pullMs: 3_000,
    })
    const error = await refuses('Timeout', () => patient.pull(`${host}/trickle:1`, () => {}))
    assert.match(error.message, /not complete after 0\.05 min/)
    assert.is(error.hint?.startsWith(`docker pull ${host}/trickle:1 has no limit`), true, error.hint)
  },
)

real('a caller that leaves gets Aborted, the others continue', async (images, { host }) => {
  const stop = new AbortController()
  const leaving = refuses('Aborted', () => images.pull(`${host}/ok:1`, () => stop.abort(), stop.signal))
  const staying = images.pull(`${host}/ok:1`, () => {})
  await Promise.all([leaving, staying])
  assert.ok(await images.has(`${host}/ok:1`))
})

real('of a repository with several tags only the one that is meant is saved', async (images, { host }) => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-save-'))
  try {
    for (const tag of ['latest', '2'])
      execFileSync('docker', ['tag', await bundleImage(), `${host}/many:${tag}`], { stdio: 'ignore' })
    await images.save(`${host}/many`, join(folder, 'image.tar'))
    const manifest = execFileSync('tar', ['-xOf', join(folder, 'image.tar'), 'manifest.json']).toString()
    assert.equal(
      (JSON.parse(manifest) as readonly { readonly RepoTags: readonly string[] }[]).map(({ RepoTags }) => RepoTags),
      [[`${host}/many:latest`]],
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

real('a saved image is an archive, a failed save leaves no file', async (images) => {
  const folder = await mkdtemp(join(tmpdir(), 'bottle-t-save-'))
  try {
    await images.save(await bundleImage(), join(folder, 'image.tar'))
    const list = execFileSync('tar', ['-tf', join(folder, 'image.tar')]).toString()
    assert.match(list, /manifest\.json/)
    await refuses('ImageNotFound', () => images.save('bottled-test-missing:none', join(folder, 'none.tar')))
    await refuses('Aborted', async () => images.save(await bundleImage(), join(folder, 'cut.tar'), AbortSignal.abort()))
    assert.not(existsSync(join(folder, 'none.tar')) || existsSync(join(folder, 'cut.tar')))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test.run()
