import * as assert from 'uvu/assert'
import type { HostFacts, MountFact } from '../../../drivers/docker/container-facts.ts'
import { factsOf } from '../../../drivers/docker/container-facts.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('facts of a container')

const of = (host: HostFacts, mounts: readonly MountFact[] = []) => factsOf({ config: {}, host, mounts })

test('what engines say in many ways is read as one', () => {
  for (const option of ['no-new-privileges', 'no-new-privileges:true', 'no-new-privileges=true'])
    assert.ok(of({ SecurityOpt: [option] }).noNewPrivileges, option)
  for (const options of [null, [], ['no-new-privileges=false'], ['no-new-privileges:false']])
    assert.not(of({ SecurityOpt: options }).noNewPrivileges)
  for (const drop of [['ALL'], ['all'], ['CAP_ALL']]) assert.ok(of({ CapDrop: drop }).dropsCapabilities)
  for (const drop of [null, [], ['NET_RAW']]) assert.not(of({ CapDrop: drop }).dropsCapabilities)
  for (const policy of [null, {}, { Name: '' }, { Name: 'no' }])
    assert.is(of({ RestartPolicy: policy }).restartPolicy, 'no')
  assert.is(of({ RestartPolicy: { Name: 'unless-stopped' } }).restartPolicy, 'unless-stopped')
  for (const pids of [null, 0, -1]) assert.is(of({ PidsLimit: pids }).pids, 0)
  assert.is(of({ NanoCpus: 500_000_000 }).cpus, 0.5)
  assert.is(of({ CpuQuota: 50_000, CpuPeriod: 100_000 }).cpus, 0.5)
  assert.is(of({ CpuQuota: -1 }).cpus, 0)
  assert.is(of({ Memory: 64 * 1024 * 1024 }).memoryMiB, 64)
})

test("a volume that the image declares is its own, a bind and a named volume are the host's", () => {
  const anonymous = { Type: 'volume', Name: 'a'.repeat(64), Source: '/var/x', Destination: '/data', RW: true }
  const named = { Type: 'volume', Name: 'cache', Source: '/var/y', Destination: '/c', RW: true }
  const bind = { Type: 'bind', Source: '/etc', Destination: '/e', RW: false }
  assert.equal(of({}, [anonymous, named, bind, { Type: 'tmpfs', Destination: '/t' }]).mounts, [
    { source: 'cache', target: '/c', readOnly: false },
    { source: '/etc', target: '/e', readOnly: true },
  ])
})

test('whatever opens it further is named', () => {
  assert.equal(of({ IpcMode: 'private', PidMode: '', CapAdd: null, Devices: [], PortBindings: {} }).extras, [])
  for (const [host, extra] of [
    [{ Privileged: true }, 'all privileges'],
    [{ CapAdd: ['CAP_SYS_ADMIN'] }, 'the capability SYS_ADMIN'],
    [{ SecurityOpt: ['seccomp=unconfined'] }, 'the security option seccomp=unconfined'],
    [{ SecurityOpt: ['label:disable'] }, 'the security option label:disable'],
    [{ PidMode: 'host' }, 'pid namespace "host"'],
    [{ IpcMode: 'container:x' }, 'ipc namespace "container:x"'],
    [{ Devices: [{ PathOnHost: '/dev/kvm' }] }, 'the device /dev/kvm'],
    [{ DeviceRequests: [{}] }, 'devices of its own'],
    [{ GroupAdd: ['docker'] }, 'the group docker'],
    [{ PublishAllPorts: true }, 'all its ports published'],
    [{ PortBindings: { '8888/tcp': [{}] } }, 'port 8888/tcp published'],
  ] as const)
    assert.equal(of(host).extras, [extra])
})

test.run()
