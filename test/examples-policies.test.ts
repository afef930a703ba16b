import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { formatComplaint } from '../controller/document/complaint.ts'
import { parseFile } from '../controller/document/parse.ts'
import { forbiddenIn, judgePolicy, lookAtPaths } from '../controller/policy/judge-policy.ts'
import { parsePolicy } from '../controller/policy/parse-policy.ts'
import { BUILT_IN } from '../controller/policy/policy.ts'
import type { Policy } from '../controller/policy/policy.ts'
import { lookAtPath } from '../drivers/reading/look-at-path.ts'
import { resolveSpec } from '../reconcilers/derive/resolve.ts'
import type { Bottle } from '../schemas/bottle.ts'
import { places } from './parts/policies.ts'
import { suite } from './helpers/suite.ts'

const test = suite('example policies')
const examples = fileURLToPath(new URL('../examples', import.meta.url))
const folder = join(examples, 'policies')
const LEVELS = ['baseline', 'privileged', 'restricted'] as const

const policyIn = (name: string): Policy => {
  const parsed = parsePolicy({ path: name, text: readFileSync(join(folder, name)) })
  if ('policy' in parsed) return parsed.policy
  throw new Error(parsed.complaints.map(formatComplaint).join('\n'))
}

test('there is one for each level, it is valid, and names its schema for editors', () => {
  assert.equal(
    readdirSync(folder),
    LEVELS.map((level) => `${level}.yaml`),
  )
  for (const level of LEVELS) {
    assert.is(policyIn(`${level}.yaml`).level, level)
    const text = readFileSync(join(folder, `${level}.yaml`), 'utf8')
    assert.ok(text.startsWith('# yaml-language-server: $schema=../../schemas/policy.schema.json\n'), level)
  }
})

/** Every file below examples/ that holds Bottles. */
const bottleFiles = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ya?ml|json)$/.test(name))
  .filter((name) => /\bkind"?: "?Bottle\b(?!Policy)/.test(readFileSync(join(examples, name), 'utf8')))
  .toSorted()

const bottles: readonly Bottle[] = bottleFiles.flatMap((name) =>
  parseFile({ path: name, text: readFileSync(join(examples, name)) }).documents.map(({ bottle }) => {
    if (bottle === undefined) throw new Error(`examples/${name} holds a Bottle that is not valid`)
    return bottle
  }),
)

/** In a root of a user's own, as `bottled run` would. */
const forbidden = async (policy: Policy, { spec }: Bottle) => {
  const resolved = resolveSpec(spec, '/home/u/bottles')
  return forbiddenIn(
    judgePolicy(policy, {
      spec: resolved,
      looked: await lookAtPaths(resolved, lookAtPath),
      places,
      pools: [],
      bottles: { others: 0, exists: false },
    }),
  )
}

test('every bottle of examples/ is allowed as it is by the built-in policy, and by those of baseline and privileged', async () => {
  for (const name of ['everything.yaml', 'agents/claude-code/bottle.yaml', 'asks/bottle.yaml', 'json.json'])
    assert.ok(bottleFiles.includes(name), name)
  for (const policy of [BUILT_IN, policyIn('baseline.yaml'), policyIn('privileged.yaml')])
    for (const bottle of bottles)
      assert.equal(
        await forbidden(policy, bottle),
        [],
        `${bottle.metadata.name} by ${policy.file ?? 'the built-in one'}`,
      )
})

const withEgress = (bottle: Bottle): Bottle => ({ ...bottle, spec: { egress: {}, ...bottle.spec } })

test('what restricted forbids is, rule by rule, what has to be allowed: then each bottle is', async () => {
  const strict: Policy = { ...BUILT_IN, level: 'restricted' }
  const [paths, files, env, images, subnets, hosts, runtimes] = [
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
  ]
  const lists = {
    'spec.paths': paths,
    'spec.secrets.files': files,
    'spec.secrets.env': env,
    'spec.images': images,
    'spec.subnets': subnets,
    'spec.egress.allow': hosts,
    'spec.runtimes': runtimes,
  }
  const byDigest: string[] = []
  const undeclared: string[] = []
  for (const bottle of bottles)
    for (const { remedy = '', rule } of await forbidden(strict, bottle)) {
      if (rule === 'egress/required') {
        undeclared.push(bottle.metadata.name)
        continue
      }
      const [, list = '', value = '[]'] = /(spec\.[a-z.]+): (\[.*\])$/.exec(remedy) ?? []
      const known = lists[list as keyof typeof lists]
      assert.ok(known !== undefined, `${rule}: ${remedy}`)
      for (const each of JSON.parse(value) as readonly string[]) known.add(each)
    }
  const listed: Policy = {
    ...strict,
    spec: {
      level: 'restricted',
      paths: [...paths],
      secrets: { env: [...env], files: [...files] },
      images: [...images],
      subnets: [...subnets],
      egress: { allow: [...hosts] },
      runtimes: ['microvm', 'gvisor', 'container'].filter((each) => runtimes.has(each)) as ['container'],
    },
  }
  assert.ok(paths.size > 2 && env.size > 0 && images.size > 1 && subnets.size > 1)
  assert.ok(undeclared.length > 5 && !undeclared.includes('everything'))
  for (const bottle of bottles)
    for (const { rule, field } of await forbidden(listed, withEgress(bottle))) {
      assert.is(rule, 'images/digest', `${bottle.metadata.name} ${field.join('.')}`)
      byDigest.push(bottle.metadata.name)
    }
  assert.equal(byDigest, ['claude-code', 'codex', 'shell', 'asking', 'contained', 'everything', 'image'])
  // What was named can be written into a file, and is read.
  const written = mkdtempSync(join(tmpdir(), 'bottle-t-policy-'))
  try {
    const file = join(written, 'p.json')
    writeFileSync(file, JSON.stringify({ apiVersion: 'bottled.dev/v1alpha1', kind: 'BottlePolicy', spec: listed.spec }))
    assert.ok('policy' in parsePolicy({ path: file, text: readFileSync(file) }))
  } finally {
    rmSync(written, { recursive: true, force: true })
  }
})

test.run()
