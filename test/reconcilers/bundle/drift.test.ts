import * as assert from 'uvu/assert'
import type { Container, ContainerFacts, ContainerRequest } from '../../../drivers/ports.ts'
import { differencesOf, misplacementOf } from '../../../reconcilers/bundle/drift.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('drift of a bundle')

const request: ContainerRequest = {
  name: 'bottle-web-bundle',
  image: 'bundle:1',
  labels: {},
  networkId: 'n1',
  ip: '192.168.9.2',
  env: { BOTTLE_NAME: 'web' },
  command: undefined,
  user: undefined,
  mounts: [{ source: '/a', target: '/a', readOnly: true }],
  tmpfs: ['/tmp', '/run'],
  readOnlyRoot: true,
  memoryMiB: 256,
  cpus: 0.1,
  pids: 128,
}

const facts: ContainerFacts = {
  user: '65534:65534',
  env: { PATH: '/bin', BOTTLE_NAME: 'web' },
  command: ['serve'],
  dropsCapabilities: true,
  noNewPrivileges: true,
  readOnlyRoot: true,
  mounts: request.mounts,
  tmpfs: ['/run', '/tmp'],
  memoryMiB: 256,
  cpus: 0.1,
  pids: 128,
  restartPolicy: 'no',
  extras: [],
}

test('a container as asked for has none, in whatever order Docker says it', () => {
  assert.equal(differencesOf(request, facts), [])
  assert.equal(differencesOf({ ...request, cpus: undefined }, { ...facts, cpus: 0 }), [])
  for (const user of ['bundle', '1000', '1000:0', 'rooter'])
    assert.equal(differencesOf(request, { ...facts, user }), [])
})

const CASES: readonly (readonly [Partial<ContainerFacts>, string])[] = [
  [{ extras: ['all privileges'] }, 'it has all privileges'],
  [{ dropsCapabilities: false }, 'it keeps capabilities'],
  [{ noNewPrivileges: false }, 'its processes may gain privileges'],
  [{ user: '' }, 'its user is root'],
  [{ user: 'root' }, 'its user is root'],
  [{ user: '0:1000' }, 'its user is root'],
  [{ readOnlyRoot: false }, 'its root is writable'],
  [{ mounts: [] }, 'its mounts are others'],
  [{ mounts: [{ source: '/a', target: '/a', readOnly: false }] }, 'its mounts are others'],
  [{ tmpfs: ['/tmp'] }, 'its folders in memory are others'],
  [{ memoryMiB: 0 }, 'its memory limit is none and not 256 MiB'],
  [{ memoryMiB: 512 }, 'its memory limit is 512 MiB and not 256 MiB'],
  [{ cpus: 2 }, 'its limit of CPUs is 2 and not 0.1'],
  [{ pids: 0 }, 'its limit of processes is none and not 128'],
  [{ restartPolicy: 'always' }, 'Docker restarts it by itself (always)'],
  [{ env: { PATH: '/bin' } }, 'its environment is another'],
]
for (const [change, because] of CASES)
  test(`seen: ${because} (${JSON.stringify(change)})`, () => {
    assert.equal(differencesOf(request, { ...facts, ...change }), [because])
  })

test('what was asked for is held against what is, where a wish was', () => {
  assert.equal(differencesOf({ ...request, user: '0:0' }, { ...facts, user: '0:0' }), [])
  assert.equal(differencesOf({ ...request, user: '7:7' }, facts), ['its user is 65534:65534 and not 7:7'])
  assert.equal(differencesOf({ ...request, command: ['a'] }, facts), ['its command is another'])
  assert.equal(differencesOf({ ...request, readOnlyRoot: false }, facts), ['its root is read-only'])
})

test('a name, a further network and another address are seen in a list already', () => {
  const container: Container = {
    id: 'c1',
    name: request.name,
    image: 'bundle:1',
    labels: {},
    state: 'running',
    health: undefined,
    attachments: [{ networkId: 'n1', ip: '192.168.9.2' }],
  }
  const at = (change: Partial<Container>) => misplacementOf(request, { ...container, ...change })
  assert.is(at({}), undefined)
  assert.is(at({ name: 'x' }), 'it was renamed to x')
  assert.is(at({ attachments: [...container.attachments, { networkId: 'n2', ip: '' }] }), 'it is on a further network')
  assert.is(
    at({ attachments: [{ networkId: 'n1', ip: '192.168.9.128' }] }),
    'its address is 192.168.9.128 and not 192.168.9.2',
  )
  assert.is(at({ state: 'exited', attachments: [{ networkId: 'n1', ip: '' }] }), undefined)
})

test('one value, one command and one place are enough, and equal ones are not', () => {
  const env = { A: '1', B: '2' }
  assert.equal(differencesOf({ ...request, env }, { ...facts, env: { A: '1', B: '3' } }), [
    'its environment is another',
  ])
  const command = ['serve']
  assert.equal(differencesOf({ ...request, command }, facts), [])
  assert.equal(differencesOf({ ...request, user: '5:5' }, { ...facts, user: '' }), [
    "its user is the image's and not 5:5",
  ])
  const at = (...attachments: Container['attachments']) =>
    misplacementOf(request, { name: request.name, attachments } as Container)
  assert.is(at(), undefined)
  assert.is(at({ networkId: 'n2', ip: '10.0.0.5' }), undefined)
  assert.is(at({ networkId: 'n1', ip: '10.0.0.5' }), 'its address is 10.0.0.5 and not 192.168.9.2')
})

test.run()
