import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import * as assert from 'uvu/assert'
import { engineTime, eventsSince, inspectContainer, inspectNetwork, subnetsInUse } from './engine.ts'
import type { Rig } from './rig.ts'
import { scenarios } from './scenario.ts'

const test = scenarios('e2e bring-up')

/** The rule of API §1.2, written a second time. */
const candidates = (identity: string): readonly string[] => {
  const octets = Array.from({ length: 253 }, (_, index) => index + 2).filter((octet) => octet !== 17)
  const first = createHash('sha256').update(identity).digest().readUInt32BE(0) % octets.length
  return octets.map((_, index) => `192.168.${octets[(first + index) % octets.length]}.0/24`)
}

/** The part of a file before the controller's status, which must equal the whole earlier file. */
const beforeStatus = (text: string): string => text.slice(0, text.indexOf('status:'))

const everything = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter((path) => !path.endsWith('/.bottled') && !/\/lock(\.|$)|calls\.log$/.test(path))
      .map((path) => {
        const stat = lstatSync(path, { bigint: true })
        const content = stat.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : ''
        return [path, `${stat.ino} ${stat.mode} ${stat.mtimeNs} ${content}`]
      }),
  )

const checkNetwork = async (rig: Rig, short: string, heldBefore: readonly string[]): Promise<string> => {
  const identity = rig.slug(short)
  const network = await inspectNetwork(`bottle-${identity}`)
  const [config] = network?.IPAM?.Config ?? []
  const subnet = config?.Subnet ?? ''
  const all = candidates(identity)
  const held = new Set([...heldBefore, ...(await subnetsInUse())])
  const skipped = all.slice(0, all.indexOf(subnet))
  assert.ok(
    all.includes(subnet) && skipped.every((each) => held.has(each)),
    `${subnet} of ${all.slice(0, 3).join(' ')}`,
  )
  const prefix = subnet.replace('0/24', '')
  assert.is(config?.Gateway, `${prefix}1`)
  assert.is(config?.['IPRange'], `${prefix}128/25`)
  const record = rig.record(short)
  const labels = network?.Labels ?? {}
  const owner = JSON.parse(readFileSync(join(rig.state, 'owner'), 'utf8')) as { readonly id: string }
  assert.is(labels['dev.bottled.owner'], owner.id)
  assert.is(labels['dev.bottled.uid'], record?.uid)
  assert.is(labels['dev.bottled.name'], identity)
  assert.match(labels['dev.bottled.hash'] ?? '', /^[0-9a-f]{16}$/)
  return `${prefix}2`
}

const checkBundle = async (rig: Rig, short: string, ip: string): Promise<void> => {
  const identity = rig.slug(short)
  const bundle = await inspectContainer(`bottle-${identity}-bundle`)
  const network = await inspectNetwork(`bottle-${identity}`)
  assert.ok(bundle)
  const { HostConfig: host, Config: config, NetworkSettings: settings } = bundle
  assert.is(bundle.State.Running, true)
  assert.equal(
    Object.values(settings.Networks).map(({ IPAddress, NetworkID }) => [IPAddress, NetworkID]),
    [[ip, network?.Id]],
  )
  assert.is(host.ReadonlyRootfs, true)
  assert.equal(host.CapDrop, ['ALL'])
  assert.equal(host.CapAdd ?? [], [])
  assert.ok((host.SecurityOpt ?? []).some((option: string) => option.startsWith('no-new-privileges')))
  assert.is(host.Privileged, false)
  assert.is(config.User, '65534:65534')
  assert.is(host.Memory, 256 * 1024 * 1024)
  assert.is(host.PidsLimit, 128)
  assert.is(host.RestartPolicy?.Name, 'no')
  assert.equal(host.PortBindings ?? {}, {})
  assert.equal(
    Object.values(settings.Ports ?? {})
      .flat()
      .filter(Boolean),
    [],
  )
  const labels = config.Labels
  assert.equal(
    Object.keys(labels)
      .filter((key) => key.startsWith('dev.bottled.') && key !== 'dev.bottled.test')
      .sort(),
    ['dev.bottled.hash', 'dev.bottled.name', 'dev.bottled.owner', 'dev.bottled.uid'],
  )
  assert.is(labels['dev.bottled.uid'], rig.record(short)?.uid)
}

const guestEnv = (
  ip: string,
  asked: { readonly git: boolean; readonly supervise: boolean; readonly env: readonly string[] },
): readonly string[] => {
  const direct = `localhost,127.0.0.1${asked.supervise ? `,${ip}` : ''}`
  return [
    ...asked.env,
    ...['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'].map((key) => `${key}=http://${ip}:8888`),
    `NO_PROXY=${direct}`,
    `no_proxy=${direct}`,
    ...(asked.git ? [`GIT_GATE_URL=git://${ip}:9418`] : []),
    ...(asked.supervise ? [`MCP_SUPERVISE_URL=http://${ip}:9100`] : []),
  ].sort()
}

test('three bottles come up under --once as their files, the rules and the vectors say; a second --once does nothing', async (rig) => {
  const plain = rig.bottle('a')
  const full = `# with everything\r\n${rig.bottle('b', 'git: true', 'supervise: true', 'env: {LOG_LEVEL: "debug"}').replaceAll('\n', '\r\n')}`
  const copied = rig.bottle('c', 'env: {A: x=y}', 'workspace: {path: ../work, mode: copy}')
  rig.write('a.yaml', plain)
  rig.write('deep/b.yaml', full)
  rig.write('c.yaml', copied)
  rig.write('../work/note', 'copied\n')
  const held = await subnetsInUse()

  const first = await rig.once()
  assert.is(first.code, 0, first.stdout + first.stderr)
  assert.match(first.stdout, /3 of 3 in the requested state/)

  const asked = {
    a: { git: false, supervise: false, env: [], cwd: '' },
    b: { git: true, supervise: true, env: ['LOG_LEVEL=debug'], cwd: '' },
    c: { git: false, supervise: false, env: ['A=x=y'], cwd: join(rig.root, '..', 'work') },
  }
  for (const [short, wish] of Object.entries(asked)) {
    const ip = await checkNetwork(rig, short, held)
    await checkBundle(rig, short, ip)
    const folder = join(rig.state, 'bottles', rig.slug(short))
    const smolfile: unknown = JSON.parse(JSON.stringify(parseToml(readFileSync(join(folder, 'smolfile.toml'), 'utf8'))))
    assert.equal(smolfile, { env: guestEnv(ip, wish), network: { allow_cidrs: [`${ip}/32`] } })
    const { started_at, ...metadata } = JSON.parse(readFileSync(join(folder, 'metadata.json'), 'utf8')) as Record<
      string,
      unknown
    >
    assert.match(String(started_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
    assert.equal(metadata, {
      identity: rig.slug(short),
      agent_name: 'claude',
      cwd: wish.cwd,
      copy_cwd: wish.cwd !== '',
      compose_project: '',
      backend: 'smolmachines',
    })
    for (const file of ['record.json', 'metadata.json', 'smolfile.toml'])
      assert.is(lstatSync(join(folder, file)).mode & 0o777, 0o600, file)
  }
  assert.is(lstatSync(rig.state).mode & 0o777, 0o700)
  assert.is(readFileSync(join(rig.diskOf('c'), 'workspace', 'note'), 'utf8'), 'copied\n')
  const create = rig.calls().find((call) => call.includes(`create`) && call.includes(rig.slug('b'))) ?? ''
  assert.match(create, /--net --net-backend virtio-net --dns 192\.168\.\d+\.2/)

  assert.is(beforeStatus(rig.read('a.yaml')), plain)
  assert.is(beforeStatus(rig.read('deep/b.yaml')), full)
  assert.is(beforeStatus(rig.read('c.yaml')), copied)
  assert.is(rig.read('deep/b.yaml').replaceAll('\r\n', '').includes('\n'), false, 'line ends stay as they were')
  for (const [short, path] of [
    ['a', 'a.yaml'],
    ['b', 'deep/b.yaml'],
    ['c', 'c.yaml'],
  ] as const)
    assert.is(rig.status(short, path)?.phase, 'Ready')

  const since = await engineTime()
  const files = everything(join(rig.root, '..'))
  const calls = rig.allCalls().length
  const second = await rig.once()
  assert.is(second.code, 0, second.stdout)
  assert.equal(await eventsSince(since, rig.slug('')), [])
  assert.equal(
    rig
      .allCalls()
      .slice(calls)
      // It looks once more where a list is late; how often is counted in test/counts.
      .filter((call) => !/^(--version|machine ls --json|machine status )/.test(call)),
    [],
  )
  assert.equal(everything(join(rig.root, '..')), files)
})

test.run()
