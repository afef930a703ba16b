import * as assert from 'uvu/assert'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import { parseFile } from '../../../controller/document/parse.ts'
import { warningsOf } from '../../../controller/document/rules.ts'
import type { BottleSpec } from '../../../schemas/bottle.ts'
import { suite } from '../../helpers/suite.ts'

/** Places and words of the rules' complaints; test/schemas/verdicts.test.ts has their verdicts. */
const test = suite('rules')
const head = 'apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata:\n  name: web\nspec:\n  agent: claude\n'
const places = (text: string): readonly string[] =>
  (parseFile({ path: 'a.yaml', text }).documents[0]?.complaints ?? []).map(formatComplaint)
const warnings = (spec: Partial<BottleSpec>): readonly string[] =>
  warningsOf({
    apiVersion: 'bottled.dev/v1alpha1',
    kind: 'Bottle',
    metadata: { name: 'web' },
    spec: { agent: 'a', ...spec },
  }).map(({ reason, message }) => `${reason}: ${message}`)

test("a name that can't be an identity asks for spec.identity, at the name", () => {
  assert.equal(places(head.replace('web', 'a--b')), [
    'a.yaml:4:9: metadata.name a--b is not a valid identity (at most 48 characters, no "--"): set spec.identity',
  ])
})

test('a secret that is also in env is reported at the secret', () => {
  assert.equal(places(`${head}  env: {A: x}\n  secrets:\n    B: {fromEnv: B}\n    A: {fromEnv: A}\n`), [
    'a.yaml:10:5: spec.secrets.A is in spec.env too: keep one of them',
  ])
})

test('a workspace without a mode is reported at its path', () => {
  assert.equal(places(`${head}  workspace:\n    guestPath: /w\n    path: .\n`), [
    'a.yaml:9:5: spec.workspace.mode is needed with path: copy or mount',
  ])
})

test('two mounts on one target are reported at the second', () => {
  assert.equal(
    places(`${head}  bundle:\n    mounts:\n    - {source: a, target: /a}\n    - {source: b, target: /a}\n`),
    ['a.yaml:10:27: spec.bundle.mounts has two mounts on /a'],
  )
})

test('rules apply only to what the schema accepts', () => {
  assert.equal(places(`${head}  workspace: {path: .}\n  git: 1\n`), [
    'a.yaml:8:8: spec.git must be true or false or a mapping, not a number',
  ])
})

test('an env key that a derived one overrides is a warning, if it is derived', () => {
  assert.equal(warnings({ env: { HTTPS_PROXY: 'x', GIT_GATE_URL: 'x' } }), [
    'EnvOverridden: spec.env.HTTPS_PROXY is derived by bottled: the value in the file has no effect',
  ])
  assert.is(warnings({ env: { GIT_GATE_URL: 'x', MCP_SUPERVISE_URL: 'y' }, git: true, supervise: true }).length, 2)
  assert.equal(warnings({ env: { ALL_PROXY: 'x' } }), [])
  const trust = { SSL_CERT_FILE: '/mine', NODE_USE_ENV_PROXY: '0' }
  assert.equal(warnings({ env: trust }), [])
  assert.equal(warnings({ env: trust, egress: {} }), [
    'EnvOverridden: spec.env.SSL_CERT_FILE is derived by bottled: the value in the file has no effect',
    'EnvOverridden: spec.env.NODE_USE_ENV_PROXY is derived by bottled: the value in the file has no effect',
  ])
})

test('a bundle that runs as root is a warning', () => {
  for (const user of ['0:0', '0', 'root', 'root:root', '0:1000', '00', '000:1000', '00:root'])
    assert.equal(warnings({ bundle: { user } }), [`BundleRunsAsRoot: spec.bundle.user ${user} runs the bundle as root`])
  for (const user of ['1000:0', '65534:65534', 'rooted', '0x0', '01', '10', '100:root'])
    assert.equal(warnings({ bundle: { user } }), [])
})

test('what a machine can not have, and what it may', () => {
  for (const [what, text, complaint] of [
    [
      'a derived secret',
      '  secrets:\n    HTTPS_PROXY: {fromEnv: A}\n',
      "8:5: spec.secrets.HTTPS_PROXY is derived by bottled: it can't be a secret",
    ],
    [
      'one that git derives',
      '  secrets:\n    GIT_GATE_URL: {fromEnv: A}\n',
      "8:5: spec.secrets.GIT_GATE_URL is derived by bottled: it can't be a secret",
    ],
    [
      'one that supervise derives',
      '  secrets:\n    MCP_SUPERVISE_URL: {fromEnv: A}\n',
      "8:5: spec.secrets.MCP_SUPERVISE_URL is derived by bottled: it can't be a secret",
    ],
    [
      'secrets with an artifact',
      '  machine: {artifact: a}\n  secrets: {A: {fromEnv: A}}\n',
      '8:3: spec.secrets does not reach a machine made from spec.machine.artifact: use spec.machine.image, or write deliver: proxy where only the bundle needs it',
    ],
    ['no secrets with an artifact', '  machine: {artifact: a}\n  secrets: {}\n', undefined],
    ['an artifact', '  machine: {artifact: a}\n', undefined],
    ['an image with secrets', '  machine: {image: a}\n  secrets: {A: {fromEnv: A}}\n', undefined],
    [
      'both sources',
      '  machine:\n    artifact: a\n    image: b\n',
      '9:5: spec.machine.image and spec.machine.artifact exclude each other',
    ],
    [
      'a command on the bare guest',
      '  machine:\n    command: [x]\n',
      '8:5: spec.machine.command needs image or artifact: on the bare guest it would block the start',
    ],
    [
      'a preset that is not there',
      '  egress:\n    presets: [npm, nmp]\n',
      '8:20: spec.egress.presets[1]: there is no preset "nmp": anthropic, crates, debian, docker-hub, github, github-read, go, npm, openai, pypi, ubuntu (did you mean "npm"?)',
    ],
    [
      'a literal address',
      '  egress:\n    deny:\n    - host: 10.0.0.1\n',
      '9:13: spec.egress.deny[0].host: a literal address is always denied: write the name',
    ],
    [
      'a field that means nothing',
      '  egress:\n    allow:\n    - host: a\n      tls: passthrough\n      methods: [GET]\n',
      '11:7: spec.egress.allow[0].methods: methods means nothing with tls: passthrough, which is not looked into',
    ],
    [
      'a credential without its secret',
      '  secrets: {TOKEN: {fromEnv: A}}\n  egress:\n    allow:\n    - host: a\n      credential: {secret: TOKN, header: X}\n',
      '11:28: spec.egress.allow[0].credential.secret TOKN is not in spec.secrets (did you mean "TOKEN"?)',
    ],
    [
      'a credential whose secret the guest has',
      '  secrets: {A: {fromEnv: A, deliver: guest}}\n  egress:\n    allow:\n    - host: a\n      credential: {secret: A, header: X}\n',
      '11:28: spec.egress.allow[0].credential.secret A is delivered to the guest: leave spec.secrets.A.deliver out, or write proxy',
    ],
    ['a secret for the proxy without egress', '  secrets:\n    A: {fromEnv: A, deliver: proxy}\n', undefined],
    [
      'a secret that egress derives',
      '  egress: {}\n  secrets:\n    SSL_CERT_FILE: {fromEnv: A}\n',
      "9:5: spec.secrets.SSL_CERT_FILE is derived by bottled: it can't be a secret",
    ],
    ['the same without egress', '  secrets:\n    SSL_CERT_FILE: {fromEnv: A}\n', undefined],
    [
      'a workspace over what a guest trusts',
      '  egress: {}\n  workspace: {path: ., mode: copy, guestPath: /etc/bottled}\n',
      '8:47: spec.workspace.guestPath is where a guest finds what it trusts with spec.egress: choose a folder beside /etc/bottled',
    ],
    ['a workspace beside it', '  egress: {}\n  workspace: {path: ., mode: copy}\n', undefined],
    ['egress alone', '  egress: {}\n', undefined],
    ['an empty command', '  machine: {command: []}\n', undefined],
    ['a command with an image', '  machine: {command: [x], image: a}\n', undefined],
    ['a command with an artifact', '  machine: {command: [x], artifact: a}\n', undefined],
    ['a workspace with a mode', '  workspace: {path: ., mode: copy}\n', undefined],
    ['mounts on two targets', '  bundle: {mounts: [{source: a, target: /a}, {source: a, target: /b}]}\n', undefined],
  ] as const)
    assert.equal(places(`${head}${text}`), complaint === undefined ? [] : [`a.yaml:${complaint}`], what)
})

test('a name that is no identity is fine with spec.identity', () => {
  assert.equal(places(`${head.replace('web', 'a--b')}  identity: web\n`), [])
})

test('what the rules complain of has the code Rule', () => {
  const { documents } = parseFile({ path: 'a.yaml', text: `${head}  machine: {command: [x]}\n` })
  assert.equal(
    documents[0]?.complaints.map(({ code }) => code),
    ['Rule'],
  )
})

test('a secret for the proxy that no credential names is probably not meant', () => {
  const secrets = { A: { fromEnv: 'A', deliver: 'proxy' as const } }
  assert.equal(
    warnings({ secrets, egress: {} }).map((line) => line.slice(0, 60)),
    ['SecretUnused: spec.secrets.A is delivered to the proxy, and '],
  )
  assert.equal(warnings({ secrets: { A: { fromEnv: 'A', deliver: 'guest' } }, egress: { allow: [{ host: 'a' }] } }), [])
  const allow = [{ host: 'a', credential: { secret: 'A', header: 'X' } }]
  assert.equal(warnings({ secrets, egress: { allow } }), [])
})

test('a review that nobody can be asked for is probably not meant', () => {
  const git = { repositories: [{ name: 'app', url: 'https://a.example/app', review: true }] }
  assert.match(warnings({ git }).join(), /^ReviewUnasked: app of spec\.git\.repositories has review: true, and without/)
  assert.equal(warnings({ git, supervise: true }), [])
})

test('without a bundle nothing is said of its user', () => {
  assert.equal(warnings({}), [])
  assert.equal(warnings({ env: { MCP_SUPERVISE_URL: 'x' }, git: true }), [])
})

test.run()
