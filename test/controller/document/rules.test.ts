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
    'a.yaml:8:8: spec.git must be true or false, not a number',
  ])
})

test('an env key that a derived one overrides is a warning, if it is derived', () => {
  assert.equal(warnings({ env: { HTTPS_PROXY: 'x', GIT_GATE_URL: 'x' } }), [
    'EnvOverridden: spec.env.HTTPS_PROXY is derived by bottled: the value in the file has no effect',
  ])
  assert.is(warnings({ env: { GIT_GATE_URL: 'x', MCP_SUPERVISE_URL: 'y' }, git: true, supervise: true }).length, 2)
  assert.equal(warnings({ env: { ALL_PROXY: 'x' } }), [])
})

test('a bundle that runs as root is a warning', () => {
  for (const user of ['0:0', '0', 'root', 'root:root', '0:1000'])
    assert.equal(warnings({ bundle: { user } }), [`BundleRunsAsRoot: spec.bundle.user ${user} runs the bundle as root`])
  for (const user of ['1000:0', '65534:65534', 'rooted']) assert.equal(warnings({ bundle: { user } }), [])
})

test.run()
