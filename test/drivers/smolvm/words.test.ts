import * as assert from 'uvu/assert'
import type { Machine, MachineRequest } from '../../../drivers/ports.ts'
import { isDriverError } from '../../../drivers/errors.ts'
import { renderSmolfile } from '../../../drivers/smolvm/smolfile.ts'
import {
  changeArgs,
  createArgs,
  execArgs,
  listArgs,
  removeArgs,
  sealArgs,
  startArgs,
  stopArgs,
} from '../../../drivers/smolvm/args.ts'
import { parseMachine, parseMachines } from '../../../drivers/smolvm/machine-shapes.ts'
import { parseOpened } from '../../../drivers/smolvm/opened.ts'
import { judgeCacheFolder, judgeVersion } from '../../../drivers/smolvm/version.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('arguments and output of smolvm')

const request: MachineRequest = {
  name: 'bottle-a',
  labels: { 'dev.bottled.owner': 'o 1', 'dev.bottled.hash': 'sha256:a=b' },
  source: { kind: 'bare' },
  smolfile: '/state/smolfile.toml',
  env: { A: '1', B: 'x y' },
  bundleIp: '192.168.77.2',
  mount: undefined,
  command: [],
  cpus: undefined,
  memoryMiB: undefined,
  storageGiB: undefined,
}
const has = (args: readonly string[], ...words: readonly string[]): boolean =>
  args.some((_, at) => words.every((word, offset) => args[at + offset] === word))

test('a bare machine is created from its Smolfile, with both halves of the seal', () => {
  const words = [
    ['machine', 'create', '--error-format', 'json', '--name', 'bottle-a'],
    ['--label', 'dev.bottled.owner=o 1', '--label', 'dev.bottled.hash=sha256:a=b'],
    ['-s', '/state/smolfile.toml', '--net', '--net-backend', 'virtio-net', '--dns', '192.168.77.2'],
  ]
  assert.equal(createArgs(request), words.flat())
})

test('an artifact excludes the Smolfile: policy and env go as flags', () => {
  const args = createArgs({ ...request, source: { kind: 'artifact', path: '/a.smolmachine' } })
  assert.ok(has(args, '--from', '/a.smolmachine'))
  assert.ok(has(args, '--allow-cidr', '192.168.77.2/32'))
  assert.ok(has(args, '-e', 'A=1', '-e', 'B=x y'))
  assert.ok(has(args, '--net', '--net-backend', 'virtio-net', '--dns', '192.168.77.2'))
  assert.not(args.includes('-s'))
  assert.not(args.includes('--image'))
})

test('no source goes without net, backend, resolver and an allow list', () => {
  for (const source of [
    { kind: 'bare' },
    { kind: 'archive', path: '/a.tar' },
    { kind: 'folder', path: '/a' },
    { kind: 'artifact', path: '/a.smolmachine' },
  ] as const) {
    const args = createArgs({ ...request, source })
    assert.ok(has(args, '--net', '--net-backend', 'virtio-net', '--dns', '192.168.77.2'), source.kind)
    assert.is(args.includes('-s'), !args.includes('--allow-cidr'), source.kind)
  }
})

test('an archive, a mount, sizes and a command are passed unchanged', () => {
  const args = createArgs({
    ...request,
    source: { kind: 'archive', path: '/kept/a.tar' },
    mount: { source: '/repo', target: '/workspace' },
    command: ['sh', '-c', 'exec "$@" -- -x'],
    cpus: 2,
    memoryMiB: 512,
    storageGiB: 30,
  })
  assert.ok(has(args, '--image', '/kept/a.tar'))
  assert.ok(has(args, '-v', '/repo:/workspace', '--cpus', '2', '--mem', '512', '--storage', '30'))
  assert.equal(args.slice(-4), ['--', 'sh', '-c', 'exec "$@" -- -x'])
})

test('a VM is sealed again to its bundle alone, and to no host by its name', () => {
  assert.equal(
    sealArgs('bottle-a', '192.168.77.2').join(' '),
    'machine update --error-format json --name bottle-a --reset-allow-list --allow-cidr 192.168.77.2/32',
  )
})

test('a removal never prompts, and nothing ever opens the network', () => {
  assert.is(removeArgs('n').at(-1), '-f')
  const change = { setEnv: { A: '1' }, removeEnv: ['B'], cpus: 1, memoryMiB: 64, storageGiB: 1 }
  for (const args of [changeArgs('n', change), createArgs(request), startArgs('n'), stopArgs('n')])
    for (const word of ['--no-net', '--allow-udp', '--allow-host', '--reset-allow-list'])
      assert.not(args.includes(word))
  assert.ok(
    has(changeArgs('n', change), '-e', 'A=1', '--remove-env', 'B', '--cpus', '1', '--mem', '64', '--storage', '1'),
  )
})

test('every call requests errors as JSON, before any command of a guest', () => {
  const calls = [
    createArgs(request),
    listArgs,
    startArgs('n'),
    stopArgs('n'),
    removeArgs('n'),
    execArgs('n', ['x'], true),
  ]
  for (const args of calls) {
    assert.ok(has(args, '--error-format', 'json'))
    assert.ok(!args.includes('--') || args.indexOf('--error-format') < args.indexOf('--'))
  }
  assert.ok(has(execArgs('n', ['tar', '-x'], true), '-i', '--', 'tar', '-x'))
})

const row = {
  name: 'bottle-a',
  state: 'running',
  pid: 7,
  cpus: 2,
  memory_mib: 512,
  storage_gb: null,
  labels: { a: 'b' },
  allowed_cidrs: ['192.168.77.2/32'],
  dns: '192.168.77.2',
}

test('a list is read, whatever else smolvm prints', () => {
  const [machine] = parseMachines(JSON.stringify([{ ...row, new_field: {} }])) ?? []
  assert.equal(machine, {
    name: 'bottle-a',
    labels: { a: 'b' },
    state: 'running',
    pid: 7,
    cpus: 2,
    memoryMiB: 512,
    storageGiB: undefined,
    lastExit: undefined,
    network: true,
    allowedCidrs: ['192.168.77.2/32'],
    allowedHosts: [],
    dns: '192.168.77.2',
    dnsOptions: [],
    ports: 0,
    mounts: 0,
    createdAt: undefined,
    others: {},
  })
  assert.equal(parseMachine(JSON.stringify(row)), machine)
})

test('what may open a seal is read by its own name, and whatever nobody knows yet unless it is empty', () => {
  const facts = (more: object): Partial<Machine> => parseMachine(JSON.stringify({ ...row, ...more })) ?? {}
  for (const [more, fact] of [
    [{ network: false }, { network: false }],
    [{ allowed_hosts: ['a.b', '*.c'] }, { allowedHosts: ['a.b', '*.c'] }],
    [{ allowed_hosts: [{ host: 'a.b' }] }, { allowedHosts: ['{"host":"a.b"}'] }],
    [{ allowed_hosts: 'any' }, { allowedHosts: ['any'] }],
    [{ allowed_cidrs: 'any' }, { allowedCidrs: ['any'] }],
    [{ dns_options: ['use-vc'] }, { dnsOptions: ['use-vc'] }],
    [{ ports: 2 }, { ports: 2 }],
    [{ ports: null }, { ports: 0 }],
    [{ ports: [[18099, 80]] }, { ports: 1 }],
    [{ ports: { tcp: 1 } }, { ports: 1 }],
    [{ ports: '18099:80' }, { ports: 1 }],
    [{ mounts: [] }, { mounts: 0 }],
    [{ created_at: 7 }, { createdAt: 7 }],
    [{ ssh_agent: true, gpu: false }, { others: { ssh_agent: 'true' } }],
    [{ published_sockets: 1 }, { others: { published_sockets: '1' } }],
    [
      { egress_rules: [{ cidr: '10.0.0.0/8' }], block_private: [] },
      { others: { egress_rules: '[{"cidr":"10.0.0.0/8"}]' } },
    ],
    [{ deep: { a: { b: true } } }, { others: { deep: '{"a":{"b":true}}' } }],
    [{ mode: 'open', note: '' }, { others: { mode: '"open"' } }],
    [{ gpu_vram_mib: 64 }, { others: { gpu_vram_mib: '64' } }],
    [{ uptime_secs: 5, started_at: '2026', cpu_percent: 3, rss_mb: 1, memory_used: 9 }, { others: {} }],
    [
      {
        started_at: '2026-11-30T23:34:07.951Z',
        seen_at: '2026-11-30 23:34:07 UTC',
        memory_used: '1.5 GiB',
        up_secs: '7',
      },
      { others: {} },
    ],
    // A time that is no time, an amount that is none.
    [{ listens_at: '0.0.0.0:2222' }, { others: { listens_at: '"0.0.0.0:2222"' } }],
    [
      { agent_at: '/run/agent.sock', usb_used: 'all' },
      { others: { agent_at: '"/run/agent.sock"', usb_used: '"all"' } },
    ],
    [{ expires_at: { never: true }, some_secs: true }, { others: { expires_at: '{"never":true}', some_secs: 'true' } }],
    [{ state_reason: 'x', restart_count: 3, cmd: ['x'], image: 'y', detached: true, last_exit: {} }, { others: {} }],
  ] as const) {
    const found = facts(more)
    for (const [key, value] of Object.entries(fact))
      assert.equal(found[key as keyof Machine], value, JSON.stringify(more))
  }
})

test('ports and mounts are read from the words for people, only where they can be read in one way', () => {
  const said = (name: string, ...lines: readonly string[]): string =>
    [`${name.padEnd(10)} created          4   8192 MiB       1       1`, ...lines, ''].join('\n')
  const head = 'NAME       STATE\n----------\n'
  const text = `${head}${said('other', '  Port: 9 -> 9')}${said('a', '  Mount: /x -> /w', '  Mount: /y z -> /r (ro)', '  Port: 18099 -> 80', '  Port: 53 -> 53/udp', '  Network: enabled')}${said('a-b', '  Port: 1 -> 1')}`
  assert.equal(parseOpened(text, 'a'), {
    ports: ['18099:80', '53:53/udp'],
    mounts: [
      { source: '/x', target: '/w', readOnly: false },
      { source: '/y z', target: '/r', readOnly: true },
    ],
  })
  assert.equal(parseOpened(text, 'a-b'), { ports: ['1:1'], mounts: [] })
  for (const [name, line] of [
    ['b', ''],
    ['a', '  Mount: /x -> o l -> /w'],
    ['a', '  Mount: s3://bucket/p -> /w'],
    ['a', '  Mount: /x'],
    ['a', '  Port: all -> 80'],
    ['a', '  Port: 1 -> 2/sctp'],
  ] as const)
    assert.is(parseOpened(`${head}${said('a', line)}`, name), undefined, line)
})

test('a missing policy is read as none', () => {
  const { allowed_cidrs: _, dns: __, ...open } = row
  const machine = parseMachine(JSON.stringify(open))
  assert.equal([machine?.allowedCidrs, machine?.dns], [[], undefined])
})

test('the end of the last run is reported, but never for a running machine', () => {
  const exit = (last_exit: unknown, state = 'stopped'): string | undefined =>
    parseMachine(JSON.stringify({ ...row, state, last_exit }))?.lastExit
  assert.match(exit({ cause: 'exited', exit_code: 1, pid: 9 }) ?? '', /exited.* 1$/)
  assert.match(exit({ cause: 'killed', signal: 15, signal_name: 'SIGTERM' }) ?? '', 'SIGTERM')
  assert.is(exit({ cause: 'exited', exit_code: 1 }, 'running'), undefined)
  assert.is(exit(undefined), undefined)
})

test('an unknown state starts and deletes nothing', () => {
  assert.is(parseMachine(JSON.stringify({ ...row, state: 'hibernating' }))?.state, 'frozen')
})

test('output that is not a list is unknown and never an empty list', () => {
  for (const text of ['', 'No machines found', '{}', 'null', '[{"name": "a"', '"x"'])
    assert.is(parseMachines(text), undefined, text)
  assert.equal(parseMachines('[]'), [])
  for (const text of ['', '[]', '{}', 'null']) assert.is(parseMachine(text), undefined, text)
})

test('the version is read, an older one and another program of that name are refused', () => {
  for (const [text, version] of [
    ['smolvm 1.28.1\n', '1.28.1'],
    ['smolvm 1.32.2', '1.32.2'],
    ['smolvm 2.0.0-rc.1 (abc)\n', '2.0.0'],
    ['smolvm 1.100.0', '1.100.0'],
  ] as const)
    assert.is(judgeVersion('ask', text), version)
  for (const text of [
    'smolvm 1.28.0',
    'smolvm 1.9.3',
    'smolvm 0.99.99',
    'smolvm version 0.4',
    'v1.32.2',
    '',
    'Smol VM 1.32.2',
  ])
    assert.throws(
      () => judgeVersion('ask', text),
      (error: unknown) => isDriverError(error, 'VersionUnsupported') && error.hint?.includes('smolmachines') === true,
      text,
    )
})

test("a folder whose sockets' paths are too long for any VM is refused in advance", () => {
  judgeCacheFolder(`/${'a'.repeat(74)}`)
  for (const folder of [`/${'a'.repeat(75)}`, `/${'é'.repeat(38)}`])
    assert.throws(
      () => judgeCacheFolder(folder),
      (error: unknown) => isDriverError(error, 'InvalidRequest'),
    )
})

test('a Smolfile holds only env and allow list, sorted', () => {
  const text = renderSmolfile({ env: { B: '2', A: '1' }, bundleIp: '192.168.77.2', secrets: {} })
  assert.is(text, 'env = [ "A=1", "B=2" ]\n\n[network]\nallow_cidrs = [ "192.168.77.2/32" ]\n')
})

test('a Smolfile holds references to secrets, and is the same whatever the order of its input', () => {
  const one = renderSmolfile({ env: { A: '1', B: '2' }, bundleIp: '10.0.0.2', secrets: { K: '/run/k', J: '/run/j' } })
  const two = renderSmolfile({ env: { B: '2', A: '1' }, bundleIp: '10.0.0.2', secrets: { J: '/run/j', K: '/run/k' } })
  assert.is(one, two)
  assert.match(one, /\[secrets\.K\]\nfrom_file = "\/run\/k"/)
})

test('a value with quotes, backslashes and tabs reaches smolvm unchanged', () => {
  const value = "a\"b\\c\td = 'e' # f é"
  const text = renderSmolfile({ env: { A: value }, bundleIp: '10.0.0.2', secrets: {} })
  assert.ok(text.includes(String.raw`"A=a\"b\\c\td = 'e' # f é"`), text)
})

test.run()
