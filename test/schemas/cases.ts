import { fields } from '../../schemas/fields.ts'
import { derivedEnv } from '../../reconcilers/machine/guest-env.ts'
import { egressSpecs } from './egress-specs.ts'

/** Specs, with the verdict on which `bottlectl validate` and a Kubernetes API server must agree. */
export interface Case {
  readonly title: string
  readonly name?: string
  readonly spec: unknown
  /** Pattern of the complaint; undefined for a valid spec. */
  readonly complaint?: RegExp
}

export interface UpdateCase {
  readonly title: string
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
  readonly refused?: RegExp
}

const agent = 'claude'
const good = (title: string, rest: object, name?: string): Case => ({
  title: `good: ${title}`,
  spec: { agent, ...rest },
  ...(name === undefined ? {} : { name }),
})
const bad = (title: string, rest: object, complaint: RegExp, name?: string): Case => ({
  ...good(title, rest, name),
  title: `bad: ${title}`,
  complaint,
})
const times = (count: number, make: (index: number) => readonly [string, unknown]): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => make(index)))
const LONG = 'x'.repeat(8192)
const derivedWith = (egress: boolean): readonly string[] =>
  Object.keys(derivedEnv({ bundleIp: '', git: true, supervise: true, egress }))
/** What a guest trusts, and who asks its proxy. */
const TRUST_KEYS = derivedWith(true).filter((key) => !derivedWith(false).includes(key))

export const cases: readonly Case[] = [
  good('minimal', {}),
  good('empty everywhere', {
    workspace: {},
    env: {},
    secrets: {},
    network: {},
    bundle: { resources: {}, mounts: [], tmpfs: [], command: [], env: {} },
    machine: { command: [] },
  }),
  good('a container from an image', { machine: { runtime: 'container', image: 'a.tar', cpus: 2, memory: 512 } }),
  good('a VM of whatever kind says so', { machine: { runtime: 'microvm', artifact: 'a.smolmachine', storage: 20 } }),
  bad('an unknown runtime', { machine: { runtime: 'docker' } }, /runtime/),
  bad('a container from a pack', { machine: { runtime: 'container', artifact: 'a.smolmachine' } }, /artifact/),
  bad(
    'a container with a disk of its own size',
    { machine: { runtime: 'gvisor', image: 'a.tar', storage: 9 } },
    /storage/,
  ),
  bad('a container from nothing', { machine: { runtime: 'container' } }, /image/),
  good('nulls count as absent', {
    identity: null,
    suspend: null,
    env: null,
    workspace: { path: null },
    machine: { image: null, artifact: 'a.smolmachine' },
    bundle: { mounts: null },
  }),
  good('a null in a map counts as absent', { env: { A: null, B: 'b' }, secrets: { C: null } }),
  bad(
    'a null in a list',
    { machine: { image: 'a', command: ['a', null] } },
    /machine\.command\[1\] must be a string, not nothing/,
  ),
  bad('an unknown key with null', { nope: null }, /unknown field spec\.nope/),
  { title: 'bad: no agent', spec: {}, complaint: /spec\.agent is missing/ },
  { title: 'bad: agent null', spec: { agent: null }, complaint: /spec\.agent is missing/ },
  { title: 'bad: spec null', spec: null, complaint: /spec is missing/ },
  { title: 'bad: spec a list', spec: [], complaint: /spec must be a mapping, not a list/ },
  { title: 'bad: spec a string', spec: 'x', complaint: /spec must be a mapping, not a string/ },
  bad('agent empty', { agent: '' }, /spec\.agent must/),
  bad('agent of two lines', { agent: 'a\nb' }, /one line/),
  bad('agent with a blank at the end', { agent: 'a ' }, /one line/),
  good('agent with a blank inside', { agent: 'Claude Code' }),
  bad('agent a number', { agent: 1 }, /must be a string, not a number: put it in quotes/),
  bad('agent too long', { agent: 'a'.repeat(129) }, /not be longer than 128/),
  good('agent of 128 astral characters', { agent: '🍾'.repeat(128) }),

  good('identity', { identity: 'a-b-1' }),
  good('identity of 48', { identity: 'a'.repeat(48) }),
  bad('identity of 49', { identity: 'a'.repeat(49) }, /48/),
  bad('identity with --', { identity: 'a--b' }, /single hyphens/),
  bad('identity with - at the end', { identity: 'a-' }, /spec\.identity must/),
  bad('identity upper case', { identity: 'A' }, /spec\.identity must/),
  bad('identity empty', { identity: '' }, /spec\.identity must/),
  bad('name with --', {}, /set spec\.identity/, 'a--b'),
  good('name with -- and identity', { identity: 'a' }, 'a--b'),
  bad('name of 49', {}, /set spec\.identity/, 'a'.repeat(49)),
  good('name of 63 and identity', { identity: 'a' }, 'a'.repeat(63)),
  bad('name of 64', { identity: 'a' }, /metadata\.name must not be longer than 63/, 'a'.repeat(64)),
  bad('name upper case', { identity: 'a' }, /DNS-1123/, 'Web'),
  bad('name a subdomain', { identity: 'a' }, /DNS-1123/, 'a.b'),

  bad('suspend a word', { suspend: 'yes' }, /true or false/),
  good('deletionPolicy', { deletionPolicy: 'Retain' }),
  bad('deletionPolicy misspelt', { deletionPolicy: 'retain' }, /must be Delete or Retain/),

  good('workspace', { workspace: { path: '../repo', mode: 'copy', guestPath: '/w' } }),
  bad('workspace without mode', { workspace: { path: '.' } }, /mode is needed/),
  good('mode without path', { workspace: { mode: 'mount' } }),
  bad('mode unknown', { workspace: { path: '.', mode: 'move' } }, /copy or mount/),
  bad('guestPath relative', { workspace: { path: '.', mode: 'copy', guestPath: 'w' } }, /absolute path/),
  ...['/etc/bottled', '/etc/bottled/x', '/etc', '/', '//etc/./bottled/', '/etc/.'].map((guestPath) =>
    bad(
      `guestPath ${guestPath} with egress`,
      { workspace: { path: '.', mode: 'copy', guestPath }, egress: {} },
      /finds what it trusts/,
    ),
  ),
  ...['/etc/bottled-x', '/etcx', '/etc/x', '/.etc', '/srv/etc/bottled', '/etc/.bottled'].map((guestPath) =>
    good(`guestPath ${guestPath} with egress`, { workspace: { path: '.', mode: 'copy', guestPath }, egress: {} }),
  ),
  good('guestPath /etc/bottled without egress', { workspace: { path: '.', mode: 'copy', guestPath: '/etc/bottled' } }),
  bad('guestPath with a colon', { workspace: { path: '.', mode: 'copy', guestPath: '/w:ro' } }, /colon/),
  bad('path empty', { workspace: { path: '', mode: 'copy' } }, /workspace\.path must/),
  bad('path with NUL', { workspace: { path: 'a\0b', mode: 'copy' } }, /control characters/),
  bad('workspace a string', { workspace: './repo' }, /must be a mapping, not a string/),

  good('env', { env: { A: '', _b: 'x y', C1: 'a\tb', D: '"quoted" =' } }),
  bad('env key with a hyphen', { env: { 'A-B': 'x' } }, /spec\.env\.A-B must be named/),
  bad('env key empty', { env: { '': 'x' } }, /must be named/),
  bad('env key with a digit first', { env: { '1A': 'x' } }, /must be named/),
  bad('env key too long', { env: { ['A'.repeat(129)]: 'x' } }, /must be named/),
  bad('env value a number', { env: { A: 1 } }, /put it in quotes/),
  bad('env value true', { env: { A: true } }, /put it in quotes/),
  ...[
    ' ',
    '\t',
    '\n',
    '\r',
    '\v',
    '\f',
    '\u0085',
    '\u00a0',
    '\u1680',
    '\u2000',
    '\u200a',
    '\u2028',
    '\u2029',
    '\u202f',
    '\u205f',
    '\u3000',
  ].flatMap((space) => [
    bad(
      `env value after ${JSON.stringify(space)} U+${space.charCodeAt(0).toString(16)}`,
      { env: { A: `${space}x` } },
      /white space/,
    ),
    bad(`env value before U+${space.charCodeAt(0).toString(16)}`, { env: { A: `x${space}` } }, /white space/),
  ]),
  good('a zero-width space is not white space', { env: { A: '\u200bx\ufeff' } }),
  good('white space inside', { env: { A: 'a\u00a0\u2028 b' } }),
  bad('env value with a newline inside', { env: { A: 'a\nb' } }, /newline/),
  bad('env value with NUL', { env: { A: 'a\0b' } }, /NUL/),
  good('env value of 8192', { env: { A: LONG } }),
  bad('env value of 8193', { env: { A: `${LONG}x` } }, /longer/),
  good('128 variables', { env: times(128, (index) => [`A${index}`, 'x']) }),
  bad('129 variables', { env: times(129, (index) => [`A${index}`, 'x']) }, /more than 128/),
  good('env with a derived key', { env: { HTTPS_PROXY: 'x' } }),

  good('secrets', { secrets: { A: { fromEnv: 'A' }, B: { fromFile: './b' } } }),
  bad('secret with both', { secrets: { A: { fromEnv: 'A', fromFile: 'b' } } }, /exactly one/),
  bad('secret with neither', { secrets: { A: {} } }, /exactly one/),
  bad('secret with null', { secrets: { A: { fromEnv: null } } }, /exactly one/),
  good('secret with one null', { secrets: { A: { fromEnv: 'A', fromFile: null } } }),
  bad('secret with a value', { secrets: { A: { value: 'sk-1' } } }, /unknown field spec\.secrets\.A\.value/),
  bad('secret that is a value', { secrets: { A: 'sk-1' } }, /must be a mapping, not a string/),
  bad('secret from a bad variable', { secrets: { A: { fromEnv: 'a b' } } }, /environment variable/),
  bad('secret in env too', { env: { A: 'x' }, secrets: { A: { fromEnv: 'A' } } }, /in spec\.env too/),
  good('secret whose env is null', { env: { A: null }, secrets: { A: { fromEnv: 'A' } } }),
  ...[
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
    'https_proxy',
    'http_proxy',
    'no_proxy',
    'GIT_GATE_URL',
    'MCP_SUPERVISE_URL',
  ].map((key) => bad(`secret ${key}`, { secrets: { [key]: { fromEnv: 'A' } } }, /derived/)),
  ...TRUST_KEYS.flatMap((key) => [
    bad(`secret ${key} with egress`, { secrets: { [key]: { fromEnv: 'A' } }, egress: {} }, /derived/),
    good(`secret ${key} without egress`, { secrets: { [key]: { fromEnv: 'A' } } }),
  ]),
  good('secret ALL_PROXY', { secrets: { ALL_PROXY: { fromEnv: 'A' } } }),
  bad(
    'secrets with an artifact',
    { secrets: { A: { fromEnv: 'A' } }, machine: { artifact: 'a.smolmachine' } },
    /does not reach/,
  ),
  good('no secrets with an artifact', { secrets: {}, machine: { artifact: 'a.smolmachine' } }),
  good('secrets with an image', { secrets: { A: { fromEnv: 'A' } }, machine: { image: './a.tar' } }),

  ...egressSpecs.map(([title, rest, complaint]) =>
    complaint === undefined ? good(title, rest) : bad(title, rest, complaint),
  ),

  bad('git a word', { git: 'on' }, /true or false/),
  ...['10.0.0.0/24', '10.255.255.0/24', '172.16.0.0/24', '172.31.255.0/24', '192.168.0.0/24', '192.168.255.0/24'].map(
    (subnet) => good(`subnet ${subnet}`, { network: { subnet } }),
  ),
  ...[
    '192.168.1.1/24',
    '192.168.1.0/25',
    '192.168.1.0/16',
    '192.168.1.0',
    '172.15.0.0/24',
    '172.32.0.0/24',
    '11.0.0.0/24',
    '192.168.256.0/24',
    '192.168.01.0/24',
    '192.169.1.0/24',
    ' 192.168.1.0/24',
    '',
    'fd00::/64',
  ].map((subnet) => bad(`subnet ${JSON.stringify(subnet)}`, { network: { subnet } }, /private IPv4 \/24/)),

  good('a bundle', {
    bundle: {
      image: 'ghcr.io/example/bundle@sha256:0',
      command: ['a', ''],
      env: { A: 'b' },
      user: '1000:1000',
      readOnlyRoot: false,
      tmpfs: ['/tmp', '/run'],
      pullPolicy: 'Never',
      mounts: [
        { source: './a', target: '/a' },
        { source: './a', target: '/b', readOnly: false },
      ],
      resources: { memory: 512, cpus: 0.5, pids: 64 },
    },
  }),
  bad('bundle image with a blank', { bundle: { image: 'a b' } }, /image reference/),
  bad('bundle image like an option', { bundle: { image: '--privileged' } }, /image reference/),
  bad('bundle env with a blank', { bundle: { env: { A: 'x ' } } }, /white space/),
  bad(
    'mount without target',
    { bundle: { mounts: [{ source: 'a' }] } },
    /spec\.bundle\.mounts\[0\]\.target is missing/,
  ),
  bad('mount to a relative path', { bundle: { mounts: [{ source: 'a', target: 'a' }] } }, /absolute path/),
  bad(
    'two mounts on one target',
    {
      bundle: {
        mounts: [
          { source: 'a', target: '/a' },
          { source: 'b', target: '/a' },
        ],
      },
    },
    /two mounts on \/a/,
  ),
  bad(
    'mount with mode',
    { bundle: { mounts: [{ source: 'a', target: '/a', readonly: true }] } },
    /unknown field spec\.bundle\.mounts\[0\]\.readonly/,
  ),
  bad(
    '33 mounts',
    { bundle: { mounts: Array.from({ length: 33 }, (_, index) => ({ source: 'a', target: `/${index}` })) } },
    /more than 32/,
  ),
  bad('memory 5', { bundle: { resources: { memory: 5 } } }, /at least 6/),
  bad('memory as a string', { bundle: { resources: { memory: '256' } } }, /whole number/),
  bad('memory 256.5', { bundle: { resources: { memory: 256.5 } } }, /whole number/),
  bad('cpus 0', { bundle: { resources: { cpus: 0 } } }, /at least 0\.01/),
  bad('cpus 0.001', { bundle: { resources: { cpus: 0.001 } } }, /at least 0\.01/),
  good('cpus 1', { bundle: { resources: { cpus: 1 } } }),
  good('cpus 0.01', { bundle: { resources: { cpus: 0.01 } } }),
  bad('cpus 1025', { bundle: { resources: { cpus: 1025 } } }, /at most 1024/),
  bad('pids 0', { bundle: { resources: { pids: 0 } } }, /at least 1/),
  bad('user a number', { bundle: { user: 1000 } }, /put it in quotes/),
  bad('user with two colons', { bundle: { user: '1:2:3' } }, /USER/),
  good('user root', { bundle: { user: '0:0' } }),
  bad('tmpfs twice', { bundle: { tmpfs: ['/a', '/a'] } }, /twice/),
  bad('tmpfs relative', { bundle: { tmpfs: ['a'] } }, /absolute path/),
  good('a start time-out', { bundle: { startTimeout: '1h30m' } }),
  bad('a start time-out without a unit', { bundle: { startTimeout: '90' } }, /a duration, such as 90s or 5m/),
  bad('pullPolicy unknown', { bundle: { pullPolicy: 'always' } }, /IfNotPresent or Always or Never/),

  good('a machine', {
    machine: {
      image: './agent.tar',
      command: ['sh', '-c', 'true'],
      cpus: 2,
      memory: 2048,
      storage: 20,
      updatePolicy: 'Recreate',
    },
  }),
  bad('image and artifact', { machine: { image: 'a', artifact: 'b' } }, /exclude each other/),
  bad('command on a bare guest', { machine: { command: ['a'] } }, /bare guest/),
  good('command with an artifact', { machine: { artifact: 'a', command: ['a'] } }),
  bad('command a string', { machine: { image: 'a', command: 'a' } }, /must be a list, not a string/),
  bad('command with NUL', { machine: { image: 'a', command: ['a\0'] } }, /NUL/),
  bad('image like an option', { machine: { image: '-v' } }, /path or an image reference/),
  bad('cpus 1.5', { machine: { cpus: 1.5 } }, /whole number/),
  bad('cpus 0 for the machine', { machine: { cpus: 0 } }, /at least 1/),
  bad('storage huge', { machine: { storage: 1e9 } }, /at most/),
  bad('unknown below machine', { machine: { imge: 'a' } }, /unknown field spec\.machine\.imge/),
  bad('unknown', { supervize: true }, /unknown field spec\.supervize/),
]

export const updates: readonly UpdateCase[] = [
  { title: 'nothing', before: { agent }, after: { agent } },
  { title: 'agent', before: { agent }, after: { agent: 'other' } },
  {
    title: 'identity left out',
    before: { agent, identity: 'x' },
    after: { agent },
    refused: /spec\.identity is immutable/,
  },
  {
    title: 'identity put in',
    before: { agent },
    after: { agent, identity: 'x' },
    refused: /spec\.identity is immutable/,
  },
  {
    title: 'identity changed',
    before: { agent, identity: 'x' },
    after: { agent, identity: 'y' },
    refused: /spec\.identity is immutable/,
  },
  { title: 'identity written out', before: { agent }, after: { agent, identity: 'web' } },
  { title: 'a written identity left out again', before: { agent, identity: 'web' }, after: { agent } },
  {
    title: 'subnet put in',
    before: { agent },
    after: { agent, network: { subnet: '10.0.0.0/24' } },
    refused: /spec\.network\.subnet is immutable/,
  },
  {
    title: 'subnet left out',
    before: { agent, network: { subnet: '10.0.0.0/24' } },
    after: { agent },
    refused: /spec\.network\.subnet is immutable/,
  },
  {
    title: 'subnet changed',
    before: { agent, network: { subnet: '10.0.0.0/24' } },
    after: { agent, network: { subnet: '10.0.1.0/24' } },
    refused: /spec\.network\.subnet is immutable/,
  },
  {
    title: 'subnet kept',
    before: { agent, network: { subnet: '10.0.0.0/24' } },
    after: { agent, git: true, network: { subnet: '10.0.0.0/24' } },
  },
  { title: 'an empty network', before: { agent }, after: { agent, network: {} } },
  { title: 'storage grows', before: { agent, machine: { storage: 10 } }, after: { agent, machine: { storage: 20 } } },
  {
    title: 'storage shrinks',
    before: { agent, machine: { storage: 20 } },
    after: { agent, machine: { storage: 10 } },
    refused: /spec\.machine\.storage can only grow/,
  },
  { title: 'storage left out', before: { agent, machine: { storage: 20 } }, after: { agent, machine: {} } },
  { title: 'storage put in', before: { agent }, after: { agent, machine: { storage: 10 } } },
  {
    title: 'everything that may change',
    before: { agent, machine: { image: 'a' } },
    after: { agent, machine: { artifact: 'b', cpus: 2 }, env: { A: 'b' }, suspend: true },
  },
]

export const documentOf = (spec: unknown, name = 'web'): Readonly<Record<string, unknown>> => ({
  apiVersion: 'bottled.dev/v1alpha1',
  kind: 'Bottle',
  metadata: { name },
  spec,
})

/** Every field of spec with values of every kind: both verdicts must agree. */
export const strange = (): readonly Case[] =>
  fields
    .filter(({ path }) => path.startsWith('spec.'))
    .flatMap(({ path }) =>
      STRANGE.map((value) => ({
        title: `${path} = ${JSON.stringify(value)?.slice(0, 60)}`,
        spec: put({ agent }, path.split('.').slice(1), 'spec', value),
      })),
    )

const STRANGE: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1,
  1.5,
  6,
  300,
  1e9,
  1e15,
  2 ** 53,
  -0,
  '',
  ' ',
  'a',
  'A',
  '0',
  'a b',
  ' a',
  'a ',
  'a\nb',
  'a\0',
  '-a',
  '/a',
  'a:b',
  '/a:b',
  'copy',
  'Delete',
  'true',
  '1000:1000',
  '192.168.3.0/24',
  'ä',
  '🍾',
  '\u2028',
  '\ufeff',
  'x'.repeat(49),
  'x'.repeat(600),
  'x'.repeat(5_000),
  'x'.repeat(9_000),
  [],
  [null],
  ['a'],
  ['/a'],
  ['/a', '/a'],
  [1],
  [[]],
  [{}],
  [{ source: 'a', target: '/a' }],
  {},
  { a: null },
  { a: 'b' },
  { a: 1 },
  { A: ' b' },
  { '': '' },
  { 'a-b': 'c' },
  { A: {} },
  { A: { fromEnv: 'B' } },
  { A: [] },
  { __proto__x: 'y' },
]

/** Maps get one key, lists one item. */
const put = (
  base: Readonly<Record<string, unknown>>,
  [head = '', ...rest]: readonly string[],
  above: string,
  value: unknown,
): Readonly<Record<string, unknown>> => {
  if (rest.length === 0) return { ...base, [head]: value }
  const path = `${above}.${head}`
  const type = fields.find((field) => field.path === path)?.type ?? ''
  const item =
    type === '[]Object' ? (path.startsWith('spec.egress') ? { host: 'a' } : { source: 'a', target: '/a' }) : {}
  const inner = put(item, rest, path, value)
  return { ...base, [head]: type.startsWith('map[') ? { KEY: inner } : type.startsWith('[]') ? [inner] : inner }
}
