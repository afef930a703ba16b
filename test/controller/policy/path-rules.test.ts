import * as assert from 'uvu/assert'
import type { LookedAt } from '../../../drivers/host-facts.ts'
import type { BottlePolicySpec } from '../../../schemas/policy.ts'
import { suite } from '../../helpers/suite.ts'
import { judged, rulesOf } from '../../parts/policies.ts'

const test = suite('policy: paths')

/** The rules that forbid a mounted folder. */
const ofMount = (path: string, policy: BottlePolicySpec = {}, looked?: LookedAt): readonly string[] =>
  rulesOf(
    judged(policy, { workspace: { path, mode: 'copy' } }, looked === undefined ? {} : { looked: { [path]: looked } }),
  )

const SYSTEM = ['paths/system-folder']
const HOME = ['paths/home-folder']
const DOT = ['paths/dot-folder']
const SOCKET = ['paths/socket']

test('baseline forbids what holds the host, its parts, and what contains them', () => {
  for (const [path, rules] of [
    ['/', SYSTEM],
    ['/etc', SYSTEM],
    ['/etc/ssl/certs', SYSTEM],
    ['//etc/', SYSTEM],
    ['/etc/../etc', SYSTEM],
    ['/home/u/../../etc', SYSTEM],
    ['../../../etc', SYSTEM],
    ['/etcetera', []],
    ['/proc/self/environ', SYSTEM],
    ['/proc/1/root/home/u/src', SYSTEM],
    ['/sys/fs/cgroup', SYSTEM],
    ['/dev/shm', SYSTEM],
    ['/boot', SYSTEM],
    ['/run/user/1000', SYSTEM],
    ['/var/run/secrets', SYSTEM],
    ['/var/run/docker.sock', SOCKET],
    ['/run/docker.sock', SOCKET],
    ['/var', SYSTEM],
    ['/var/lib/x', []],
    ['/root', HOME],
    ['/root/src', []],
    ['/home', HOME],
    ['/home/u', HOME],
    ['/home/v', HOME],
    ['/home/nobody-knows', HOME],
    ['/home/u/src', []],
    ['/home/nobody-knows/src', []],
    ['/srv', HOME],
    ['/srv/people', HOME],
    ['/srv/people/w', HOME],
    ['/srv/people/w/src', []],
    ['/var/www', HOME],
    ['/Users/x', HOME],
    ['/home/u/.ssh', DOT],
    ['/home/u/.ssh/id_ed25519', DOT],
    ['/home/u/.bashrc', DOT],
    ['/home/u/src/.git', []],
    ['/home/v/.aws', DOT],
    ['/home/nobody-knows/.config', DOT],
    ['/srv/people/w/.docker/config.json', DOT],
    ['/root/.ssh', DOT],
    ['/opt/cache', SOCKET],
    ['/opt/cache/smolvm/vms/0123/agent.sock', SOCKET],
    ['/opt', SOCKET],
    ['/tmp', SOCKET],
    ['/tmp/ssh-1', SOCKET],
    ['/tmp/ssh-1/agent.2', SOCKET],
    ['/tmp/ssh-2', []],
    ['/tmp/work', []],
    ['/opt/app', []],
    ['/data', []],
  ] as const) {
    assert.equal(ofMount(path), rules, path)
    assert.equal(ofMount(path, { level: 'privileged' }), [], `${path} under privileged`)
  }
})

test('every way to open a path of the host is judged, a file of a secret too', () => {
  for (const [spec, field] of [
    [{ workspace: { path: '/etc', mode: 'mount' } }, 'spec.workspace.path'],
    [{ secrets: { A: { fromFile: '/etc/shadow' } } }, 'spec.secrets.A.fromFile'],
    [{ bundle: { mounts: [{ source: '/run/x', target: '/x' }] } }, 'spec.bundle.mounts.0.source'],
    [{ machine: { image: '/etc' } }, 'spec.machine.image'],
    [{ machine: { artifact: '/etc/x.smolmachine' } }, 'spec.machine.artifact'],
  ] as const) {
    const [finding] = judged({}, spec).filter(({ verdict }) => verdict === 'forbidden')
    assert.is(finding?.rule, 'paths/system-folder', field)
    assert.is(finding?.field.join('.'), field)
  }
})

test('a path is judged by where it leads, and where it leads is named', () => {
  const folder = (canonical: string): LookedAt => ({ canonical, kind: 'folder' })
  assert.equal(ofMount('/home/u/src/link', {}, folder('/etc')), SYSTEM)
  assert.equal(ofMount('/home/u/src/link', {}, folder('/home/v')), HOME)
  assert.equal(ofMount('/home/u/src/link', {}, folder('/home/u/.ssh')), DOT)
  assert.equal(ofMount('/home/u/.work', {}, folder('/data/work')), [])
  assert.equal(ofMount('/dev/fd/5', {}, folder('/data/work')), SYSTEM)
  const [finding] = judged(
    {},
    { workspace: { path: '/home/u/src/link', mode: 'copy' } },
    { looked: { '/home/u/src/link': folder('/etc') } },
  )
  assert.is(finding?.asked, '/home/u/src/link (/etc)')
  const proc = '/proc/self/environ'
  const [other] = judged(
    {},
    { secrets: { A: { fromFile: proc } } },
    { looked: { [proc]: { canonical: '/proc/4711/environ', kind: 'file' } } },
  )
  assert.is(other?.asked, proc, 'the same each time')
})

test('a socket is not mounted, whoever listens', () => {
  assert.equal(ofMount('/data/x.sock', {}, { canonical: '/data/x.sock', kind: 'socket' }), SOCKET)
})

test("what the controller can't look at is not known, and refused", () => {
  const unknown: LookedAt = { canonical: '/data/private/x', kind: 'unknown' }
  assert.equal(ofMount('/data/private/x', {}, unknown), ['paths/unknown'])
  assert.equal(ofMount('/data/private/x', { level: 'restricted', paths: ['/data/**'] }, unknown), ['paths/unknown'])
  assert.equal(ofMount('/data/new', {}, { canonical: '/data/new', kind: 'missing' }), [])
})

test('a list counts at every level; at restricted one that is missing is empty', () => {
  for (const level of ['privileged', 'baseline', 'restricted'] as const) {
    assert.equal(ofMount('/home/u/src/x', { level, paths: ['~/src/**'] }), [], level)
    assert.equal(ofMount('/home/u/srcx', { level, paths: ['~/src/**'] }), ['paths/not-listed'], level)
  }
  assert.equal(ofMount('/home/u/src/x', { level: 'restricted' }), ['paths/not-listed'])
  assert.equal(ofMount('/home/u/src/x', { level: 'restricted', paths: [] }), ['paths/not-listed'])
  assert.equal(ofMount('/home/u/src/x', { paths: [] }), ['paths/not-listed'])
  assert.equal(ofMount('/etc', { level: 'restricted', paths: ['/**', '/etc'] }), SYSTEM)
})

test('a dot-folder is allowed where the policy names it, and not by a wildcard', () => {
  for (const [glob, rules] of [
    ['~/.config/app/**', []],
    ['/home/*/.config/**', []],
    ['/**', DOT],
    ['~/**', DOT],
    ['~/*/app', DOT],
    ['~/.ssh/**', DOT],
  ] as const)
    assert.equal(ofMount('/home/u/.config/app', { paths: [glob] }), rules, glob)
})

test('the list of paths says nothing about files of secrets, nor the other way round', () => {
  const secret = { secrets: { A: { fromFile: '~' } } }
  const at = { looked: { '/home/u/bottles/~': { canonical: '/home/u/.config/k', kind: 'file' } as const } }
  assert.equal(rulesOf(judged({ paths: ['~/.config/**'] }, secret, at)), DOT)
  assert.equal(rulesOf(judged({ secrets: { files: ['~/.config/*'] } }, secret, at)), [])
  assert.equal(rulesOf(judged({ secrets: { files: ['~/.config/*'] } }, secret, at), 'allowed'), ['secrets/listed'])
  assert.equal(ofMount('/home/u/.config/app', { secrets: { files: ['~/.config/**'] } }), DOT)
  assert.equal(rulesOf(judged({ secrets: { files: [] } }, { secrets: { A: { fromFile: '/data/k' } } })), [
    'secrets/file-not-listed',
  ])
})

test('a refusal says what to write to allow it', () => {
  const [finding] = judged({ level: 'restricted' }, { workspace: { path: '../app', mode: 'copy' } })
  assert.is(finding?.remedy, 'spec.paths: ["/home/u/app"]')
})

test.run()
