import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { INLINED, productionModules } from '../../release/lock.ts'
import type { Lock } from '../../release/lock.ts'
import { sbomOf } from '../../release/sbom.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('package')
/** Sources with their history: a package names the commit. */
const ROOT = process.env['BOTTLED_CHECKOUT'] ?? join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'bottle-t-pack-'))
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock

const pack = (name: string, umask: string): string => {
  const target = join(folder, name)
  execFileSync('sh', ['-c', `umask ${umask} && exec node --import tsx release/pack.ts "$1"`, 'sh', target], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [file] = readdirSync(target)
  return join(target, file ?? 'nothing')
}
const inPackage = (file: string, path: string): string =>
  execFileSync('tar', ['-xzOf', file, `package/${path}`], { encoding: 'utf8', maxBuffer: 2 ** 26 })

test.after(() => rmSync(folder, { recursive: true, force: true }))

let packed = ''

test(
  'the same commit gives the same bytes, whatever the folder, the time and the umask',
  () => {
    const hash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex')
    packed = pack('one', '022')
    assert.is(hash(pack('two', '077')), hash(packed))
  },
  { deadlineMs: 120_000 },
)

test('the SBOM in the package names every dependency that is in it, at its version, and nothing more', () => {
  const { components } = JSON.parse(inPackage(packed, 'sbom.cdx.json')) as {
    readonly components: readonly { readonly name: string; readonly version: string }[]
  }
  const manifests = execFileSync('tar', ['-tzf', packed], { encoding: 'utf8' })
    .split('\n')
    .filter((path) => /^package\/(node_modules\/(@[^/]+\/)?[^/]+\/)+package\.json$/.test(path))
  const inside = manifests.map((path) => {
    const { name, version } = JSON.parse(inPackage(packed, path.replace('package/', ''))) as Record<string, string>
    return `${name}@${version}`
  })
  assert.ok(inside.length > 40, 'the package has no dependencies in it')
  const inlined = INLINED.map((name) => `${name}@${lock.packages[`node_modules/${name}`]?.version}`)
  for (const name of INLINED) assert.ok(inPackage(packed, 'dist/page/built/licences.txt').includes(name), name)
  assert.equal(
    components.map(({ name, version }) => `${name}@${version}`).toSorted(),
    [...new Set([...inside, ...inlined])].toSorted(),
  )
})

test('what a browser loads of the page is in the package', () => {
  for (const name of ['index.html', 'page.js', 'page.css', 'icon.svg'])
    assert.ok(inPackage(packed, `dist/page/built/${name}`).length > 100, name)
})

test('what bottled bundle build needs is in the package, and the versions of both locks are the same', () => {
  for (const path of ['dist/bundle/main.js', 'dist/egress/decide.js'])
    assert.ok(inPackage(packed, path).length > 500, path)
  const own = JSON.parse(inPackage(packed, 'dist/bundle/package-lock.json')) as Lock
  for (const path of ['node_modules/canonicalize', 'node_modules/ipaddr.js'])
    assert.is(own.packages[path]?.integrity ?? 'missing', lock.packages[path]?.integrity, path)
  const { dependencies } = JSON.parse(inPackage(packed, 'dist/bundle/package.json')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  for (const [name, version] of Object.entries(dependencies)) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name)
    assert.is(own.packages[`node_modules/${name}`]?.version, version)
  }
})

test('the serial number of an SBOM comes from its content', () => {
  const manifest = { name: 'a', version: '1', license: 'MIT' }
  const serial = (version: string): unknown =>
    (JSON.parse(sbomOf(manifest, { packages: { 'node_modules/b': { version } } })) as { serialNumber: string })
      .serialNumber
  assert.match(String(serial('1')), /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.is(serial('1'), serial('1'))
  assert.is.not(serial('1'), serial('2'))
})

test('no dependency has an install script, and none of ssh, gRPC and protobuf is there', () => {
  const paths = productionModules(lock)
  assert.ok(paths.length > 40, 'the lock was not read')
  assert.equal(
    paths.filter((path) => lock.packages[path]?.hasInstallScript === true),
    [],
  )
  for (const name of ['ssh2', 'protobufjs', '@grpc/grpc-js', '@grpc/proto-loader'])
    assert.is(lock.packages[`node_modules/${name}`]?.name, 'unneeded', name)
  for (const name of ['cpu-features', 'nan', 'bcrypt-pbkdf'])
    assert.is(lock.packages[`node_modules/${name}`], undefined, name)
})

test(
  'the package installs offline without scripts, and both executables start',
  () => {
    const prefix = join(folder, 'prefix')
    execFileSync('npm', ['install', '--global', '--prefix', prefix, '--offline', '--ignore-scripts', packed], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    for (const name of ['bottled', 'bottlectl'])
      assert.match(execFileSync(join(prefix, 'bin', name), ['version'], { encoding: 'utf8' }), version)
  },
  { deadlineMs: 120_000 },
)

/** The installed program, away from the sources and from what this user has. */
const installed = (name: 'bottled' | 'bottlectl', ...args: readonly string[]): string =>
  execFileSync(join(folder, 'prefix', 'bin', name), args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, XDG_RUNTIME_DIR: folder },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })

test('the installed version names the commit, and every package of the bundle', () => {
  const commit = execFileSync('git', ['-C', ROOT, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
  const said = JSON.parse(installed('bottled', 'version', '-o', 'json')) as {
    readonly commit: string
    readonly stateFormat: number
    readonly bundlePackages: object
  }
  assert.is(said.commit.replace('-changed', ''), commit)
  assert.is(said.stateFormat, 1)
  assert.ok(Object.keys(said.bundlePackages).length > 3)
  assert.match(installed('bottled', 'version'), new RegExp(`^commit +${said.commit}$`, 'm'))
})

test(
  'from there a first bottle is written, run and read, and a service would start it by that path',
  () => {
    installed('bottled', 'init', 'bottles', '--agent', 'shell')
    assert.match(installed('bottled', 'run', 'bottles', '--simulate', '--once'), /^shell +Ready$/m)
    assert.match(installed('bottlectl', '-d', 'bottles', 'get', 'bottles'), /^shell +True +Ready /m)
    assert.match(installed('bottlectl', 'schema'), /bottled\.dev\/v1alpha1/)
    assert.match(installed('bottled', 'service', 'print', 'bottles'), join(folder, 'prefix', 'bin', 'bottled'))
  },
  { deadlineMs: 120_000 },
)

test.run()
