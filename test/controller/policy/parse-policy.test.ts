import * as assert from 'uvu/assert'
import { formatComplaint } from '../../../controller/document/complaint.ts'
import { parsePolicy } from '../../../controller/policy/parse-policy.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('policy: file')
const HEAD = 'apiVersion: bottled.dev/v1alpha1\nkind: BottlePolicy\n'

const complaintsIn = (text: string | Buffer, path = 'p.yaml'): readonly string[] => {
  const parsed = parsePolicy({ path, text })
  return 'complaints' in parsed ? parsed.complaints.map(formatComplaint) : []
}

test('the policy of the contract is read', () => {
  const parsed = parsePolicy({
    path: '/etc/bottled/policy.yaml',
    text: `${HEAD}metadata: {name: ours}
spec:
  level: restricted
  paths: ["~/src/**"]
  secrets: {env: ["*_API_KEY"], files: ["~/.config/bottled/secrets/*"]}
  images: ["ghcr.io/acme/*@sha256:*"]
  egress: {allow: ["*.github.com"], deny: ["*.internal.example"]}
  subnets: ["192.168.0.0/16"]
  limits: {bottles: 50, cpus: 4, memory: 8192, storage: 50, bundleMemory: 512}
`,
  })
  assert.ok('policy' in parsed)
  assert.is(parsed.policy.level, 'restricted')
  assert.is(parsed.policy.file, '/etc/bottled/policy.yaml')
  assert.equal(parsed.policy.spec.limits?.cpus, 4)
})

test('what the policy leaves open is baseline, in YAML and JSON', () => {
  for (const [path, text] of [
    ['p.yaml', `${HEAD}spec: {}\n`],
    ['p.yaml', `${HEAD}spec: {level: null, paths: null}\n`],
    ['p.json', '{"apiVersion": "bottled.dev/v1alpha1", "kind": "BottlePolicy", "spec": {}}'],
  ] as const) {
    const parsed = parsePolicy({ path, text })
    assert.ok('policy' in parsed, text)
    assert.is(parsed.policy.level, 'baseline')
    assert.is(parsed.policy.spec.paths, undefined)
  }
})

test('a file with any mistake is no policy, and the mistake has its place', () => {
  for (const [spec, complaint] of [
    ['{levle: restricted}', 'p.yaml:3:8: unknown field spec.levle (did you mean "level"?)'],
    ['{level: strict}', 'p.yaml:3:15: spec.level must be privileged or baseline or restricted'],
    ['{secrets: {envs: []}}', 'p.yaml:3:18: unknown field spec.secrets.envs (did you mean "env"?)'],
    ['{limits: {cpu: 1}}', 'p.yaml:3:17: unknown field spec.limits.cpu (did you mean "cpus"?)'],
    ['{limits: {cpus: 0}}', 'p.yaml:3:23: spec.limits.cpus must be at least 1'],
    ['{limits: {bottles: -1}}', 'p.yaml:3:26: spec.limits.bottles must be at least 0'],
    ['{paths: /src}', 'p.yaml:3:15: spec.paths must be a list, not a string'],
    ['[]', 'p.yaml:3:7: spec must be a mapping, not a list'],
  ] as const)
    assert.equal(complaintsIn(`${HEAD}spec: ${spec}\n`), [complaint], spec)
})

test('a glob that could not mean what it seems to is refused', () => {
  for (const path of ['src/**', '/a/../b', '/a/..', '/a/./b', '/a//b', '/a/', '~u/src', '', '/a\\nb'])
    assert.match(
      complaintsIn(`${HEAD}spec: {paths: ["${path}"]}\n`)[0] ?? '',
      /spec\.paths\[0\] must be an absolute path/,
      path,
    )
  for (const path of ['/', '~', '~/src/**', '/a/..b', '/a/...', '/**', '/a b'])
    assert.equal(complaintsIn(`${HEAD}spec: {paths: ["${path}"]}\n`), [], path)
  for (const [key, value] of [
    ['subnets', '192.168.0.0/33'],
    ['subnets', '0.0.0.0/0'],
    ['images', 'a b'],
    ['images', '/a'],
  ])
    assert.is(complaintsIn(`${HEAD}spec: {${key}: ["${value}"]}\n`).length, 1, `${key} ${value}`)
  assert.is(complaintsIn(`${HEAD}spec: {secrets: {env: ["A B"]}}\n`).length, 1)
  assert.is(complaintsIn(`${HEAD}spec: {egress: {allow: ["*"]}}\n`).length, 1)
})

test('what is no policy at all is refused', () => {
  for (const [text, complaint] of [
    ['', /holds nothing/],
    ['# nothing\n', /holds nothing/],
    ['a', /must be a mapping/],
    ['apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nspec: {}\n', /kind must be BottlePolicy/],
    ['apiVersion: bottled.dev/v2\nkind: BottlePolicy\nspec: {}\n', /apiVersion must be/],
    [`${HEAD}`, /spec is missing/],
    [`${HEAD}spec: {}\n---\n${HEAD}spec: {}\n`, /^p\.yaml:5:1: the file holds more than one document/],
    [`${HEAD}spec: {level: [}\n`, /not YAML/],
    [`${HEAD}spec: {}\nspec: {}\n`, /there twice|is there/],
    [`%YAML 1.1\n---\n${HEAD}spec: {}\n`, /only YAML 1.2/],
    [Buffer.from([0xff, 0xfe]), /not UTF-8/],
    [Buffer.alloc(300_000, 32), /larger than/],
  ] as const)
    assert.match(complaintsIn(text as Buffer)[0] ?? 'none', complaint, String(text).slice(0, 60))
})

test('lists are bounded', () => {
  const many = JSON.stringify(Array.from({ length: 257 }, (_, index) => `/a${index}`))
  assert.match(complaintsIn(`${HEAD}spec: {paths: ${many}}\n`)[0] ?? '', /more than 256/)
})

test.run()
