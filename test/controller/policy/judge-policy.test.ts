import * as assert from 'uvu/assert'
import { wholeReference } from '../../../controller/policy/image-rules.ts'
import { violationText } from '../../../controller/policy/judge-policy.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import type { EgressDeny } from '../../../schemas/egress.ts'
import type { BottlePolicySpec } from '../../../schemas/policy.ts'
import { suite } from '../../helpers/suite.ts'
import { judged, policyOf, rulesOf } from '../../parts/policies.ts'

const test = suite('policy: rules')
const DIGEST = `sha256:${'0a'.repeat(32)}`

const table = (
  cases: readonly (readonly [BottlePolicySpec, Partial<BottleSpec>, readonly string[]])[],
  more: Parameters<typeof judged>[2] = {},
): void => {
  for (const [policy, spec, rules] of cases)
    assert.equal(rulesOf(judged(policy, spec, more)), rules, `${JSON.stringify(policy)} on ${JSON.stringify(spec)}`)
}

test('no secret comes from a setting of bottled, whatever a list says', () => {
  const from = (fromEnv: string): Partial<BottleSpec> => ({ secrets: { A: { fromEnv } } })
  const settings =
    'DOCKER_HOST DOCKER_CONFIG XDG_RUNTIME_DIR PATH HOME NODE_OPTIONS BOTTLED_DEBUG BOTTLE_DIR LD_PRELOAD SSH_AUTH_SOCK SMOLVM_DATA_DIR HTTPS_PROXY https_proxy npm_config__authToken SUDO_USER GIT_SSH_COMMAND CREDENTIALS_DIRECTORY DBUS_SESSION_BUS_ADDRESS _ KUBECONFIG'
  for (const name of settings.split(' ')) {
    table([
      [{}, from(name), ['secrets/own-setting']],
      [{ secrets: { env: ['*', name] } }, from(name), ['secrets/own-setting']],
      [{ level: 'restricted', secrets: { env: [name] } }, from(name), ['secrets/own-setting']],
      [{ level: 'privileged' }, from(name), []],
    ])
  }
  for (const name of [
    'ANTHROPIC_API_KEY',
    'GITHUB_TOKEN',
    'GIT_TOKEN',
    'NODE_AUTH_TOKEN',
    'NPM_TOKEN',
    'constructor',
    '__proto__',
  ])
    table([[{}, from(name), []]])
})

test('a list of variables counts at every level', () => {
  const spec: Partial<BottleSpec> = { secrets: { A: { fromEnv: 'GITHUB_TOKEN' } } }
  table([
    [{ secrets: { env: ['*_API_KEY'] } }, spec, ['secrets/env-not-listed']],
    [{ level: 'privileged', secrets: { env: ['*_API_KEY'] } }, spec, ['secrets/env-not-listed']],
    [{ level: 'restricted' }, spec, ['secrets/env-not-listed']],
    [{ level: 'restricted', secrets: { env: ['GITHUB_*'] } }, spec, []],
    [{ secrets: { files: [] } }, spec, []],
  ])
})

test('no bundle runs as uid 0, in any spelling, nor by a name that an image may give it', () => {
  for (const user of ['0', '00', '0:0', '0:1000', 'root', 'root:root', 'root:1000', '000:5'])
    table([
      [{}, { bundle: { user } }, ['bundle/root-user']],
      [{ level: 'privileged' }, { bundle: { user } }, []],
    ])
  for (const user of ['toor', 'nobody', '0x0', '0_0', 'rooT', 'root2'])
    table([
      [{}, { bundle: { user } }, ['bundle/user-name']],
      [{ level: 'privileged' }, { bundle: { user } }, []],
    ])
  for (const user of ['65534:65534', '1000', '10', '1000:0']) table([[{}, { bundle: { user } }, []]])
})

test('images are those of the list, and by digest at restricted', () => {
  const bundle = (image: string): Partial<BottleSpec> => ({ bundle: { image } })
  const images = ['ghcr.io/acme/*@sha256:*']
  table([
    [{}, bundle('anything:1'), []],
    [{ images }, bundle('ghcr.io/acme/app:1'), ['images/not-listed']],
    [{ images }, bundle(`ghcr.io/acme/app@${DIGEST}`), []],
    [{ images }, { machine: { image: 'node' } }, ['images/not-listed']],
    [{ images }, { machine: { image: './node.tar' } }, []],
    [{ level: 'restricted' }, bundle('a'), ['images/not-listed']],
    [{ level: 'restricted', images: ['**'] }, bundle('ghcr.io/acme/app:1'), ['images/digest']],
    [{ level: 'restricted', images: ['**'] }, bundle('ghcr.io/acme/app@sha256:0'), ['images/digest']],
    [{ level: 'restricted', images: ['**'] }, bundle(`ghcr.io/acme/app:1@${DIGEST}`), []],
    [{ level: 'restricted', images: ['**'] }, bundle(`ghcr.io/acme/app@${DIGEST}0`), ['images/digest']],
    [{ images: ['docker.io/library/node:*'] }, bundle('node:22'), []],
    [{ images: ['docker.io/library/node:*'] }, bundle('node'), []],
    [{ images: ['node:*'] }, bundle('docker.io.evil.example/library/node:22'), ['images/not-listed']],
    [{ images: ['docker.io/library/*'] }, bundle('evil.example/node'), ['images/not-listed']],
    [{ images: ['docker.io/library/*'] }, bundle('4f53cda18c2b'), ['images/not-listed']],
    [{ images: ['docker.io/library/*'] }, bundle('sha256:4f53'), ['images/not-listed']],
  ])
})

test('a reference is completed as Docker completes it', () => {
  for (const [written, whole] of [
    ['node', 'docker.io/library/node:latest'],
    ['node:22', 'docker.io/library/node:22'],
    ['acme/node', 'docker.io/acme/node:latest'],
    ['localhost/node', 'localhost/node:latest'],
    ['localhost:5000/node', 'localhost:5000/node:latest'],
    ['ghcr.io/a/b:c', 'ghcr.io/a/b:c'],
    [`a@${DIGEST}`, `docker.io/library/a@${DIGEST}`],
    [DIGEST, DIGEST],
    ['sha256:0a', 'sha256:0a'],
    ['4f53cda18c2b', '4f53cda18c2b'],
    ['cafe', 'cafe'],
    ['cafe:1', 'docker.io/library/cafe:1'],
  ] as const)
    assert.is(wholeReference(written), whole)
})

test('a subnet is pinned within the pools, or in a range that the policy lists', () => {
  const pin = (subnet: string): Partial<BottleSpec> => ({ network: { subnet } })
  const OUTSIDE = ['network/subnet']
  table([
    [{}, pin('192.168.44.0/24'), []],
    [{}, pin('192.168.1.0/24'), OUTSIDE],
    [{}, pin('192.168.0.0/24'), OUTSIDE],
    [{}, pin('10.0.5.0/24'), OUTSIDE],
    [{}, pin('172.20.0.0/24'), OUTSIDE],
    [{ level: 'privileged' }, pin('10.0.5.0/24'), []],
    [{ subnets: ['10.0.0.0/16'] }, pin('10.0.5.0/24'), []],
    [{ subnets: ['10.0.0.0/16'] }, pin('10.1.5.0/24'), ['network/not-listed']],
    [{ subnets: ['10.0.0.0/16'] }, pin('192.168.44.0/24'), ['network/not-listed']],
    [{ subnets: [] }, pin('192.168.44.0/24'), ['network/not-listed']],
    [{ level: 'privileged', subnets: [] }, pin('192.168.44.0/24'), ['network/not-listed']],
    [{ level: 'restricted' }, pin('192.168.44.0/24'), ['network/not-listed']],
    [{ level: 'restricted' }, {}, []],
  ])
  table([[{}, pin('10.0.5.0/24'), []]], { pools: ['10.0.0.0/16'] })
})

test('limits count what smolvm would take by itself, too', () => {
  const limits = { cpus: 2, memory: 4096, storage: 10, bundleMemory: 128 }
  table([
    [{ limits: { cpus: 4, memory: 8192, storage: 20, bundleMemory: 256 } }, {}, []],
    [{ limits }, {}, ['limits/cpus', 'limits/memory', 'limits/storage', 'limits/bundle-memory']],
    [
      { level: 'privileged', limits },
      { machine: { cpus: 2, memory: 4096, storage: 10 }, bundle: { resources: { memory: 128 } } },
      [],
    ],
    [{ limits: { cpus: 8 } }, { machine: { artifact: './a.smolmachine' } }, ['limits/cpus']],
    [{ limits: { cpus: 8 } }, { machine: { artifact: './a.smolmachine', cpus: 8 } }, []],
  ])
})

test('a new bottle beyond the limit is refused, and none that is there', () => {
  const limits = { bottles: 2 }
  for (const [others, exists, rules] of [
    [1, false, []],
    [2, false, ['limits/bottles']],
    [2, true, []],
    [5, true, []],
  ] as const)
    table([[{ limits }, {}, rules]], { bottles: { others, exists } })
  table([[{ limits: { bottles: 0 } }, {}, ['limits/bottles']]])
})

const UNDECLARED = { egress: undefined } as unknown as Partial<BottleSpec>

test('egress is required at restricted, in mode enforce; with a list also elsewhere, if there is any', () => {
  const lists = { egress: { deny: ['x.example'] } }
  table([
    [{ level: 'restricted' }, UNDECLARED, ['egress/required']],
    [{ level: 'restricted' }, {}, []],
    [{ level: 'restricted' }, { egress: { mode: 'enforce' } }, []],
    [{ level: 'restricted' }, { egress: { mode: 'audit' } }, ['egress/mode']],
    [{}, UNDECLARED, []],
    [{}, { egress: { mode: 'audit' } }, []],
    [lists, UNDECLARED, []],
    [lists, { egress: { mode: 'audit' } }, ['egress/mode']],
    [{ level: 'privileged', ...lists }, { egress: { mode: 'audit' } }, ['egress/mode']],
  ])
})

test('no bottle may reach more than the lists name, by an entry or by a preset', () => {
  const allow = (...hosts: readonly string[]): Partial<BottleSpec> => ({
    egress: { allow: hosts.map((host) => ({ host })) },
  })
  const MORE = ['egress/not-listed']
  const listed = { egress: { allow: ['*.GitHub.com', 'registry.npmjs.org', 'registry.yarnpkg.com'] } }
  table([
    [listed, allow('api.github.com', 'a.b.github.com', '*.github.com', '*.api.github.com.'), []],
    [listed, allow('github.com'), MORE],
    [listed, allow('*.com'), MORE],
    [listed, allow('*.registry.npmjs.org'), MORE],
    [listed, { egress: { presets: ['npm'] } }, []],
    [listed, { egress: { presets: ['npm', 'pypi'] } }, MORE],
    [{ level: 'privileged', ...listed }, allow('x.example'), MORE],
    [{ level: 'restricted' }, allow('x.example'), MORE],
    [{}, allow('x.example'), []],
    [{ egress: { allow: [] } }, allow('x.example'), MORE],
  ])
  const [finding] = judged(listed, { egress: { presets: ['pypi'] } }).filter(({ verdict }) => verdict === 'forbidden')
  assert.equal(finding?.field, ['spec', 'egress', 'presets', 0])
  assert.is(finding?.remedy, 'spec.egress.allow: ["pypi.org","files.pythonhosted.org"]')
})

test('the hosts of repositories are held to the same lists', () => {
  const git = { repositories: [{ name: 'app', url: 'https://git.example/app' }] }
  for (const [egress, rules] of [
    [{ allow: ['*.example'] }, []],
    [{ allow: ['github.com'] }, ['egress/not-listed']],
    [{ deny: ['git.example'] }, ['egress/denied']],
    [{ deny: ['*.example'] }, ['egress/denied']],
  ] as const) {
    const found = judged({ level: 'baseline', egress }, { git, egress: {} })
    const forbidden = found.filter(({ verdict }) => verdict === 'forbidden')
    assert.equal(
      forbidden.map(({ rule }) => rule),
      rules,
    )
    for (const { field } of forbidden) assert.equal(field, ['spec', 'git', 'repositories', 0, 'url'])
  }
})

test('no entry may lead to what a list denies, unless the bottle denies it, too', () => {
  const DENIED = ['egress/denied']
  const policy = { egress: { deny: ['*.internal.example', 'db.example'] } }
  const spec = (host: string, deny: readonly EgressDeny[] = []): Partial<BottleSpec> => ({
    egress: { allow: [{ host }], deny },
  })
  const both = [{ host: '*.internal.example' }, { host: 'db.example' }]
  table([
    [policy, spec('a.internal.example'), DENIED],
    [policy, spec('db.example'), DENIED],
    [policy, spec('*.example'), DENIED],
    [policy, spec('*.example', both), []],
    [policy, spec('*.example', [{ host: '*.example' }]), []],
    [policy, spec('*.example', [both[0] ?? { host: '' }]), DENIED],
    [policy, spec('*.example', [...both.slice(1), { host: '*.internal.example', ports: [443] }]), DENIED],
    [policy, spec('a.internal.example', both), DENIED],
    [policy, spec('internal.example'), []],
    [policy, spec('*.other'), []],
  ])
})

test('each thing has one finding, in the order of the fields, and an allowed one says why', () => {
  const findings = judged(
    { paths: ['/data/**'], secrets: { env: ['A*'] } },
    {
      workspace: { path: '/data/w', mode: 'copy' },
      secrets: { A: { fromEnv: 'A1' }, B: { fromEnv: 'B' } },
      bundle: { user: '5', image: 'x' },
    },
  )
  assert.equal(
    findings.map(({ field, verdict, rule }) => `${field.join('.')} ${verdict} ${rule}`),
    [
      'spec.workspace.path allowed paths/listed',
      'spec.secrets.A.fromEnv allowed secrets/listed',
      'spec.secrets.B.fromEnv forbidden secrets/env-not-listed',
      'spec.bundle.image allowed level/baseline',
      'spec.bundle.user allowed level/baseline',
    ],
  )
})

test('a violation names field, value, rule, policy and remedy', () => {
  const policy = policyOf({ level: 'restricted' })
  const [finding] = judged(policy.spec, { secrets: { A: { fromEnv: 'B' } } })
  assert.ok(finding !== undefined)
  assert.is(
    violationText(finding, policy),
    'spec.secrets.A.fromEnv B is named by no glob of spec.secrets.env: forbidden by secrets/env-not-listed of the policy restricted (/etc/bottled/policy.yaml); spec.secrets.env: ["B"]',
  )
})

test.run()
