import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as assert from 'uvu/assert'
import { createAuthorities } from '../../../drivers/disk/authorities.ts'
import { createDisk } from '../../../drivers/disk/disk.ts'
import { createGuestFolders } from '../../../drivers/disk/guest-folders.ts'
import { createDocker } from '../../../drivers/docker/docker.ts'
import type { Authorities } from '../../../drivers/ports.ts'
import { createProbes } from '../../../drivers/probe/probe.ts'
import { guestEnv, PLACEHOLDER } from '../../../reconcilers/machine/guest-env.ts'
import { clear, createBench } from '../../conformance/docker/bench.ts'
import type { Bench } from '../../conformance/docker/bench.ts'
import { makeCertificates } from '../../conformance/proxy/certificates.ts'
import { plainUpstream, tlsUpstream } from '../../conformance/proxy/servers.ts'
import type { Upstream } from '../../conformance/proxy/servers.ts'
import { policyOf } from '../../egress/a-policy.ts'
import { patience } from '../../helpers/patience.ts'
import { suite } from '../../helpers/suite.ts'
import { ownImage, ownImageMissing } from '../image/own-image.ts'
import { containerMissing, createGuestContainer, programs } from './guest-container.ts'
import type { Ended, GuestContainer } from './guest-container.ts'
import { createRegistries } from './registries.ts'
import type { Registries } from './registries.ts'

/**
 * The clients that agents use, with exactly a guest's environment and folder, through the image of `bottled bundle build` that was
 * loaded with the authority of our driver: each reaches its own server over TLS with the key put in, and has no key itself.
 */
const test = suite('clients in a guest')
const missing = ownImageMissing() ?? containerMissing()
const run = promisify(execFile)
const VALUE = `hunter2-${randomBytes(8).toString('hex')}`
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-clients-'))
const found = programs()
const NAMES = [
  'curl',
  'git',
  'node',
  'npm',
  'pip',
  'requests',
  'httpx',
  'urllib',
  'go',
  'cargo',
  'apt',
  'denied',
  'other',
]

let bench: Bench
let authorities: Authorities
let registries: Registries
let upstream: Upstream
let plain: Upstream
let guest: GuestContainer
let id = ''

const setUp = async (): Promise<void> => {
  const here =
    Object.values(networkInterfaces()).flatMap((each = []) =>
      each.filter(({ internal, family }) => !internal && family === 'IPv4'),
    )[0]?.address ?? ''
  if (here === '') throw new Error('this host has no address but loopback')
  const certificates = makeCertificates()
  registries = createRegistries()
  upstream = await tlsUpstream(certificates.server, registries.answer, here)
  plain = await plainUpstream((_, response) => response.end('plainly\n'), here)
  chmodSync(folder, 0o755)
  writeFileSync(join(folder, 'internet.pem'), certificates.internet.cert)
  writeFileSync(join(folder, 'hosts'), NAMES.map((name) => `${here} ${name}.up.test\n`).join(''))
  mkdirSync(join(folder, 'state', 'bottles', 'web'), { recursive: true, mode: 0o700 })
  authorities = createAuthorities({
    stateDir: join(folder, 'state'),
    disk: createDisk(),
    folders: createGuestFolders({ base: join(folder, 'guests'), owner: 'own1', asRoot: true }),
    nowMs: Date.now,
  })
  bench = createBench(
    { ...createDocker({ host: undefined, env: process.env }), cleanup: async () => {} },
    await ownImage(),
  )
  const network = await bench.network()
  id = await bench.container(network, {
    memoryMiB: 256,
    pids: 128,
    env: { NODE_EXTRA_CA_CERTS: '/extra/internet.pem' },
    mounts: [
      { source: join(folder, 'internet.pem'), target: '/extra/internet.pem', readOnly: true },
      { source: join(folder, 'hosts'), target: '/etc/hosts', readOnly: true },
    ],
  })
  await bench.containers.start(id)
  const probes = createProbes()
  const endMs = performance.now() + 20_000 * patience()
  while (!(await probes.ask({ ip: network.at.ip, port: 'proxy', thorough: true })).ok)
    if (performance.now() > endMs) throw new Error('the bundle does not come up')
  await load()
  guest = await createGuestContainer({
    name: `${bench.tag}-guest`,
    env: guestEnv({
      env: {},
      bundleIp: network.at.ip,
      git: false,
      supervise: false,
      egress: true,
      placeholders: ['TOKEN'],
    }),
    guestFolder: authorities.guestFolder('web'),
    folders: [...Object.values(found).flatMap((program) => program?.needs ?? []), await pythonPackages()],
  })
}

/** What no machine has by itself; without PyPI the folder is empty. */
const pythonPackages = async (): Promise<string> => {
  const into = join(folder, 'python')
  mkdirSync(into)
  await run('python3', ['-m', 'pip', 'install', '-q', '--no-compile', '--target', into, 'requests', 'httpx']).catch(
    () => undefined,
  )
  return into
}

const load = async (): Promise<void> => {
  const credential = { secret: 'TOKEN', header: 'x-api-key' }
  const entry = (name: string) => ({ host: `${name}.up.test`, ports: [upstream.port], private: true, credential })
  const policy = policyOf({
    allow: [
      ...NAMES.filter((name) => name !== 'denied' && name !== 'apt').map(entry),
      { host: 'apt.up.test', ports: [plain.port, upstream.port], private: true },
    ],
  })
  const ca = await authorities.ensure('web')
  const message = { version: 1, command: 'load', policy, secrets: { TOKEN: VALUE }, ca }
  const answer = await new Promise<string>((resolve) => {
    const child = execFile('docker', ['exec', '-i', id, 'bottled-bundle', 'control'], (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
    child.stdin?.end(JSON.stringify(message))
  })
  assert.match(answer, '"ok":true')
}

test.before(async () => {
  if (missing === undefined) await setUp()
})
test.after(async () => {
  if (missing === undefined) {
    await guest.remove()
    await Promise.all([upstream.close(), plain.close(), clear(bench)])
    registries.close()
  }
  rmSync(folder, { recursive: true, force: true })
})

const title = (text: string, needs: readonly string[], body: () => Promise<void>): void => {
  const lacks = needs.filter((name) => found[name] === undefined)
  const why = missing ?? (lacks.length === 0 ? undefined : `this machine has no ${lacks.join(', ')} to lend`)
  if (why === undefined) test(text, body, { deadlineMs: 90_000 * patience() })
  else test.skip(text, why)
}
const client = (name: string, ...args: readonly string[]): Promise<Ended> =>
  guest.run(...(found[name]?.command ?? []), ...args)
const url = (name: string, path = '/'): string => `https://${name}.up.test:${upstream.port}${path}`
const python = (code: string): Promise<Ended> =>
  guest.run('/usr/bin/env', `PYTHONPATH=${join(folder, 'python')}`, ...(found['python']?.command ?? []), '-c', code)
const has = (module: string): boolean => existsSync(join(folder, 'python', module))

/** It came through with the key, and never with what the guest has in its place. */
const reached = (name: string, { code, output }: Ended, wanted: string): void => {
  assert.is(code, 0, output)
  assert.match(output, wanted)
  const seen = upstream.requests.filter(({ host }) => host === `${name}.up.test:${upstream.port}`)
  assert.ok(seen.length > 0, 'nothing came')
  for (const { raw } of seen) {
    assert.ok(raw.includes(VALUE), raw.join(' '))
    assert.not.ok(raw.includes(PLACEHOLDER))
  }
  assert.not.match(output, VALUE)
}

title('curl', ['curl'], async () => {
  const sent = await client('curl', '-sS', '-H', `x-api-key: ${PLACEHOLDER}`, url('curl'))
  reached('curl', sent, 'served to curl')
})

title('git clones', ['git'], async () => {
  const cloned = await client('git', 'clone', url('git', '/repo.git'), '/tmp/repo')
  reached('git', cloned, 'Cloning into')
  assert.is((await guest.run('/usr/bin/cat', '/tmp/repo/README')).output, 'cloned\n')
})

title("fetch and https of Node, the first by the proxy's variables", ['node'], async () => {
  const fetched = await client('node', '-e', `fetch('${url('node')}').then(async (r) => console.log(await r.text()))`)
  reached('node', fetched, 'served to node')
  const got = await client(
    'node',
    '-e',
    `require('https').get('${url('node', '/got')}', (r) => r.pipe(process.stdout))`,
  )
  reached('node', got, 'served to node')
})

title('npm looks a package up', ['npm'], async () => {
  const seen = await client('npm', 'view', 'thing', 'version', '--registry', url('npm'))
  reached('npm', seen, '1.2.3')
  reached('npm', await client('npm', 'ping', '--registry', url('npm')), 'PONG')
})

title('pip looks a package up', ['python'], async () => {
  const args = ['-m', 'pip', 'index', 'versions', 'thing', '--index-url', url('pip', '/simple'), '--no-cache-dir']
  reached('pip', await client('python', ...args), 'thing (1.2.3)')
})

title("Python's requests, httpx and urllib", ['python'], async () => {
  const urllib = `import urllib.request as u; print(u.urlopen('${url('urllib')}').read().decode())`
  reached('urllib', await python(urllib), 'served to urllib')
  for (const name of ['requests', 'httpx']) {
    if (!has(name)) throw new Error(`pip could not install ${name}: is PyPI reached?`)
    reached(name, await python(`import ${name}; print(${name}.get('${url(name)}').text)`), `served to ${name}`)
  }
})

title('go looks a module up', ['go'], async () => {
  const env = [`GOPROXY=${url('go', '')}`, 'GOSUMDB=off', 'GOFLAGS=-mod=mod', 'GOTOOLCHAIN=local', 'GOTELEMETRY=off']
  const listed = await guest.run(
    '/usr/bin/env',
    '-C',
    '/tmp',
    ...env,
    ...(found['go']?.command ?? []),
    'list',
    '-m',
    '-versions',
    'up.test/thing',
  )
  reached('go', listed, 'v1.2.3')
})

title('cargo looks a crate up', ['cargo'], async () => {
  const index = `sparse+${url('cargo', '/index/')}`
  reached('cargo', await client('cargo', 'search', 'thing', '--index', index), 'thing = "1.2.3"')
})

title('apt asks the proxy by plain HTTP; over TLS it takes no variable', ['apt'], async () => {
  const get = (from: string): Promise<Ended> => client('apt', 'download-file', from, '/tmp/from-apt')
  const fetched = await get(`http://apt.up.test:${plain.port}/`)
  assert.is(fetched.code, 0, fetched.output)
  assert.is((await guest.run('/usr/bin/cat', '/tmp/from-apt')).output, 'plainly\n')
  const refused = await get(url('apt'))
  assert.is.not(refused.code, 0)
  assert.match(refused.output, /certificate/i)
})

title(
  'what is denied is told in words that each client shows, and reaches nobody',
  ['curl', 'git', 'node', 'npm'],
  async () => {
    const words = 'No entry names denied.up.test'
    for (const { output } of [
      await client('curl', '-sS', url('denied')),
      await client('git', 'clone', url('denied', '/repo.git'), '/tmp/denied'),
      await client('node', '-e', `fetch('${url('denied')}').then(async (r) => console.log(r.status, await r.text()))`),
      await client('npm', 'view', 'thing', '--registry', url('denied')),
    ])
      assert.match(output, words)
    assert.equal(
      upstream.requests.filter(({ host }) => host?.startsWith('denied')),
      [],
    )
  },
)

title('without its proxy a client finds no such name: what came, came through the bundle', ['curl'], async () => {
  const { code } = await client('curl', '-sS', '--noproxy', '*', '--max-time', '5', url('curl', '/direct'))
  assert.is.not(code, 0)
  assert.equal(
    upstream.requests.filter(({ url: path }) => path === '/direct'),
    [],
  )
})

title(
  'no key is in the guest: not in its environment, not in its files, not in what Docker says of it',
  [],
  async () => {
    const { key } = await authorities.ensure('web')
    const line = key.split('\n')[1] ?? 'no key'
    const env = (await guest.run('/usr/bin/env')).output
    assert.match(env, `TOKEN=${PLACEHOLDER}\n`)
    // Not what the test itself lends: those are other mounts.
    const places = ['/etc', '/etc/bottled', '/tmp', '-xdev', '-type', 'f']
    const files = (await guest.run('/usr/bin/find', ...places, '-exec', '/usr/bin/cat', '{}', '+')).output
    assert.match(files, 'BEGIN CERTIFICATE')
    const seen = env + files + (await guest.inspect()) + (await guest.run('/usr/bin/ls', '-lR', '/etc/bottled')).output
    for (const secret of [VALUE, line]) assert.not.ok(seen.includes(secret), secret.slice(0, 12))
    assert.is.not((await guest.run('/usr/bin/touch', '/etc/bottled/x')).code, 0)
    assert.equal(readdirSync(authorities.guestFolder('web')), ['ca.pem'])
    assert.not.match(readFileSync(join(authorities.guestFolder('web'), 'ca.pem'), 'utf8'), 'PRIVATE KEY')
  },
)

test.run()
