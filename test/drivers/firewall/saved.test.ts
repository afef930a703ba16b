import * as assert from 'uvu/assert'
import { chainOf, chainsFor, decisionOf, jumpsFor } from '../../../drivers/firewall/rules.ts'
import type { FirewallSettings } from '../../../drivers/firewall/rules.ts'
import { learn, parseSaved, scriptFor, standing } from '../../../drivers/firewall/saved.ts'
import type { Saved } from '../../../drivers/firewall/saved.ts'
import { dockerResolvers } from '../../../drivers/firewall/resolvers.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('the rules of the firewall, read and written')
const settings: FirewallSettings = {
  owner: 'bottled-0123456789abcdef',
  userId: 1000,
  reach: ['10.1.0.0/16', '10.2.0.5/32:3128'],
  resolvers: ['10.255.255.53'],
}
const edge = {
  identity: 'web',
  bridge: 'br-0123456789ab',
  bundleIp: '192.168.9.2',
  reach: ['10.3.0.0/16', '10.4.0.5/32:80'],
}
const DOCKER = [
  ':FORWARD ACCEPT [0:0]',
  ':DOCKER-USER - [0:0]',
  '-A FORWARD -j DOCKER-USER',
  '-A DOCKER-USER -j RETURN',
]

/** The table after a script, as a kernel has it. */
const after = (before: readonly string[], script: string): Saved => {
  const chains = new Map([...parseSaved(before.join('\n'))].map(([name, lines]) => [name, [...lines]]))
  for (const line of script.split('\n')) {
    const [, declared] = /^:(\S+) /.exec(line) ?? []
    if (declared !== undefined) chains.set(declared, [])
    const [, verb, chain = '', rest = ''] = /^-([AIDX]) (\S+) ?(.*)$/.exec(line) ?? []
    const lines = chains.get(chain) ?? []
    if (verb === 'A') chains.set(chain, [...lines, rest])
    if (verb === 'I') chains.set(chain, [rest.replace(/^1 /, ''), ...lines])
    if (verb === 'D') chains.set(chain, lines.toSpliced(lines.indexOf(rest), 1))
    if (verb === 'X') chains.delete(chain)
  }
  return chains
}

test('names of chains are short enough for the kernel, and differ by root', () => {
  for (const way of ['HOST', 'FROM', 'TO', 'LOCAL'] as const) assert.ok(decisionOf(settings.owner, way).length <= 28)
  assert.is.not(chainOf('a', 'HOST'), chainOf('b', 'HOST'))
})

test('no line accepts, and what leads to a chain is only of bridges', () => {
  for (const lines of chainsFor(settings, [edge]).values())
    for (const line of lines)
      assert.match(line, /-j (RETURN|DROP|REJECT --reject-with icmp-port-unreachable|BOTTLED-\w+-D|BOTTLED-\w+-\w+-D)$/)
  for (const { line } of jumpsFor(settings.owner, true)) assert.match(line, /^-[io] br-\+ /)
})

test('what a script wrote stands, wherever it began, and another one leaves nothing', () => {
  for (const before of [[], DOCKER, [...DOCKER, ':INPUT ACCEPT [0:0]', '-A INPUT -p tcp -j ACCEPT']]) {
    const saved = after(before, scriptFor(settings, parseSaved(before.join('\n')), [edge]))
    assert.equal(standing(settings, saved), { closed: [edge], identities: ['web'], frame: true })
    const again = scriptFor(settings, saved, [edge, { ...edge, identity: 'db', bridge: 'br-9', reach: [] }])
    const twice = after(textOf(saved), again)
    assert.equal(standing(settings, twice).identities, ['db', 'web'])
    const gone = after(textOf(twice), scriptFor(settings, twice, []))
    assert.not([...gone].flat(2).join('\n').includes('BOTTLED'))
    const [was, is] = [parseSaved(before.join('\n')), gone].map((each) =>
      JSON.stringify([...each].filter(([, lines]) => lines.length > 0)),
    )
    assert.is(is, was)
  }
})

test('other settings are other rules', () => {
  const saved = after(DOCKER, scriptFor(settings, parseSaved(DOCKER.join('\n')), [edge]))
  for (const change of [{ userId: 0 }, { reach: [] }, { resolvers: ['10.9.9.9'] }])
    assert.equal(
      standing({ ...settings, ...change }, saved),
      { closed: [], identities: ['web'], frame: false },
      JSON.stringify(change),
    )
  assert.equal(standing({ ...settings, owner: 'bottled-other' }, saved), { closed: [], identities: [], frame: false })
})

/** Chains and their lines, as iptables-save prints them. */
const textOf = (saved: Saved): readonly string[] =>
  [...saved].flatMap(([name, lines]) => [`:${name} - [0:0]`, ...lines.map((line) => `-A ${name} ${line}`)])

test('the jumps hang in FORWARD, and where it is there in Docker’s chain for users', () => {
  const basesOf = (lines: readonly string[]): readonly string[] => {
    const script = scriptFor(settings, parseSaved([':FORWARD ACCEPT [0:0]', ...lines].join('\n')), [edge])
    return [...script.matchAll(/^-I (FORWARD|DOCKER-USER) 1 -i/gm)].map(([, base = '']) => base)
  }
  assert.equal(basesOf([]), ['FORWARD'])
  assert.equal(basesOf([':DOCKER-USER - [0:0]']), ['FORWARD', 'DOCKER-USER'])
})

test('an edge is closed while no line that comes before in FORWARD lets its packets through', () => {
  const ours = textOf(after(DOCKER, scriptFor(settings, parseSaved(DOCKER.join('\n')), [edge])))
  const closedBehind = (...before: readonly string[]): boolean => {
    const saved = new Map(parseSaved(ours.join('\n')))
    saved.set('FORWARD', [...before, ...(saved.get('FORWARD') ?? [])])
    return standing(settings, saved).closed.length === 1
  }
  for (const [line, isClosed] of [
    // What Docker writes for a newer network, and what firewalls of others hang there.
    ['-j DOCKER-USER', true],
    ['-j DOCKER-ISOLATION-STAGE-1', true],
    ['-o br-ffffffffffff -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', true],
    ['-o br-ffffffffffff -j DOCKER', true],
    ['-i br-ffffffffffff ! -o br-ffffffffffff -j ACCEPT', true],
    ['-j LIBVIRT_FWX', true],
    ['-i br-0123456789ab ! -o br-0123456789ab -j ACCEPT', false],
    ['-o br-0123456789ab -j ACCEPT', false],
    ['! -i eth0 -j ACCEPT', false],
    ['-i br-+ -j ACCEPT', false],
    ['-i eth+ -j ACCEPT', false],
    ['-j ACCEPT', false],
    ['-j RETURN', false],
    ['-g X', false],
    ['-j DOCKER-FORWARD', false],
  ] as const)
    assert.is(closedBehind(line), isClosed, line)
})

test('while Docker puts its chain for users back, what is closed stays closed', () => {
  const saved = new Map(after(DOCKER, scriptFor(settings, parseSaved(DOCKER.join('\n')), [edge])))
  saved.set(
    'FORWARD',
    (saved.get('FORWARD') ?? []).filter((line) => line !== '-j DOCKER-USER'),
  )
  assert.equal(standing(settings, saved).closed, [edge])
  saved.set(
    'FORWARD',
    (saved.get('FORWARD') ?? []).filter((line) => !line.startsWith('-i br-+ ')),
  )
  assert.equal(standing(settings, saved).closed, [], 'one of the two is gone')
})

test('an iptables that prints rules in its own way is learned from', () => {
  const saved = after(DOCKER, scriptFor(settings, parseSaved(DOCKER.join('\n')), [edge]))
  const odd: Saved = new Map(
    [...saved].map(([name, lines]) => [
      name,
      lines.map((line) =>
        line.replace('RELATED,ESTABLISHED', 'ESTABLISHED,RELATED').replace('-i br-+ ', '-i br-+ -m all '),
      ),
    ]),
  )
  assert.is(standing(settings, odd).frame, false)
  const learned = learn(settings, odd, [edge])
  assert.equal(standing(settings, odd, learned), { closed: [edge], identities: ['web'], frame: true })
  // What was learned is only another way to print the same.
  const changed: Saved = new Map(
    [...odd].map(([name, lines]) => [name, lines.filter((line) => !line.includes('-j DROP'))]),
  )
  assert.is(standing(settings, changed, learned).frame, false)
})

test('quotes and counters are no difference, and a comment is read to its end', () => {
  const text = `# Generated\n*filter\n:INPUT ACCEPT [12:34]\n:X - [0:0]\n-A X -m comment --comment "a b" -j RETURN\n[1:2] -A X -j DROP\n-A Y -j DROP\nCOMMIT\n`
  assert.equal(
    [...parseSaved(text)],
    [
      ['INPUT', []],
      ['X', ['-m comment --comment a b -j RETURN']],
    ],
  )
})

test('the resolvers are those that Docker forwards names to', async () => {
  const resolvers = (files: Readonly<Record<string, string>>): Promise<readonly string[]> =>
    dockerResolvers(async (path) => files[path] ?? '')
  const [host, stub, daemon] = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf', '/etc/docker/daemon.json']
  for (const [files, found] of [
    [{}, []],
    [
      { [host]: '# x\nnameserver 10.0.0.2\n  nameserver 10.0.0.3 # y\nsearch a\nnameserver fd00::1\n' },
      ['10.0.0.2', '10.0.0.3'],
    ],
    [{ [host]: 'nameserver 127.0.0.53\n', [stub]: 'nameserver 192.168.1.1\n' }, ['192.168.1.1']],
    [{ [host]: 'nameserver 127.0.0.1\n', [stub]: 'nameserver 192.168.1.1\n' }, []],
    [{ [host]: 'nameserver 10.0.0.2\nnameserver 127.0.0.53\n', [stub]: 'nameserver 9.9.9.9\n' }, ['10.0.0.2']],
    [
      { [host]: 'nameserver 10.0.0.2\n', [daemon]: '{"dns": ["10.0.0.9", 7, "x; -j ACCEPT", "10.0.0.2"]}' },
      ['10.0.0.2', '10.0.0.9'],
    ],
    [{ [host]: 'nameserver 10.0.0.2 -j\nnameserver $(id)\nnameserver 1.2.3\n', [daemon]: 'no json' }, ['10.0.0.2']],
  ] as const)
    assert.equal(await resolvers(files), found, JSON.stringify(files))
})

test.run()
