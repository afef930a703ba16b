import * as assert from 'uvu/assert'
import { parseFile } from '../../../controller/document/parse.ts'
import { specHash } from '../../../controller/document/spec-hash.ts'
import type { Accepted } from '../../../controller/pass/judge.ts'
import { createPolicyCheck } from '../../../controller/pass/policy-check.ts'
import { createPolicyKeeper } from '../../../controller/policy/policy-keeper.ts'
import type { LookedAt } from '../../../drivers/host-facts.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { resolveSpec } from '../../../reconcilers/derive/resolve.ts'
import type { BottlePolicySpec } from '../../../schemas/policy.ts'
import { suite } from '../../helpers/suite.ts'
import { aRecord } from '../../parts/plans.ts'
import { policySource } from '../../parts/policies.ts'

const test = suite('policy check')
const { signal } = new AbortController()

const make = (policy: BottlePolicySpec = {}, records: readonly BottleRecord[] = [], pools: readonly string[] = []) => {
  const looked: string[] = []
  const links: Record<string, LookedAt> = {}
  const source = policySource(policy, async (path) => {
    looked.push(path)
    return links[path] ?? { canonical: path, kind: 'folder' }
  })
  const keeper = createPolicyKeeper(source, () => {})
  const seen = { judged: 0 }
  const places: typeof keeper.places = () => {
    seen.judged += 1
    return keeper.places()
  }
  const check = createPolicyCheck({
    keeper: { ...keeper, places },
    registry: { byName: (name) => records.find((record) => record.name === name), size: () => records.length },
    settings: { root: '/data/root', subnets: { pools, excluded: [] } },
  })
  return { check, keeper, source, looked, links, seen }
}

const accepted = (spec: string, path = 'sub/web.yaml'): Accepted => {
  const text = `apiVersion: bottled.dev/v1alpha1\nkind: Bottle\nmetadata: {name: web}\nspec:\n  agent: claude\n${spec}`
  const [document] = parseFile({ path, text }).documents
  const bottle = document?.bottle
  assert.ok(document !== undefined && bottle !== undefined)
  return { kind: 'accepted', document: { ...document, path }, bottle, identity: 'web', hash: specHash(bottle.spec) }
}

test('a violation names its place, the rule and what to do; more of them are counted', async () => {
  const { check } = make()
  const one = accepted('  workspace: {path: /etc, mode: copy}\n')
  assert.equal(await check.ofDocument(one, signal), {
    reason: 'PolicyViolation',
    message:
      'sub/web.yaml:6:21: spec.workspace.path /etc is a system folder: forbidden by paths/system-folder of the policy baseline (built in); name another folder; only the level privileged allows it',
  })
  const two = await check.ofDocument(accepted('  bundle: {user: root, mounts: [{source: /, target: /x}]}\n'), signal)
  assert.match(two?.message ?? '', /^sub\/web\.yaml:6:42: spec\.bundle\.mounts\[0\]\.source \/ is the whole host/)
  assert.match(two?.message ?? '', /\(and 1 more: bottlectl policy explain web\)$/)
  const secret = await check.ofDocument(accepted('  secrets:\n    A: {fromEnv: PATH}\n'), signal)
  assert.match(secret?.message ?? '', /^sub\/web\.yaml:7:18: spec\.secrets\.A\.fromEnv PATH is a setting/)
})

test('relative paths start where they will count: at the document, or where the record keeps them', async () => {
  const judgement = accepted('  workspace: {path: ../w, mode: copy}\n')
  const fresh = make()
  assert.is(await fresh.check.ofDocument(judgement, signal), undefined)
  assert.equal(fresh.looked, ['/data/root/w'])
  const moved = make({}, [aRecord({ goodHash: judgement.hash, base: 'old/place' })])
  await moved.check.ofDocument(judgement, signal)
  assert.equal(moved.looked, ['/data/root/old/w'])
  const edited = make({}, [aRecord({ goodHash: 'another', base: 'old/place' })])
  await edited.check.ofDocument(judgement, signal)
  assert.equal(edited.looked, ['/data/root/w'])
})

test('paths are looked at each time, as a link may be turned', async () => {
  const { check, links } = make()
  const spec = { agent: 'claude', workspace: { path: 'w', mode: 'copy' } }
  const record = aRecord({ file: 'web.yaml', spec })
  assert.is(await check.ofRecord(record, signal), undefined)
  links['/data/root/w'] = { canonical: '/etc', kind: 'folder' }
  assert.match(
    (await check.ofRecord(record, signal))?.message ?? '',
    /^web\.yaml: the spec in force: spec\.workspace\.path \/data\/root\/w \(\/etc\) is a system folder/,
  )
  delete links['/data/root/w']
  assert.is(await check.ofRecord(record, signal), undefined)
  assert.is(await check.ofRecord(aRecord(), signal), undefined, 'nothing is in force')
})

test('what has no path is judged once while it is allowed, and anything else each time', async () => {
  for (const [what, policy, spec, times] of [
    ['no path', {}, { agent: 'claude' }, 1],
    ['a path', {}, { agent: 'claude', workspace: { path: 'w', mode: 'copy' } }, 2],
    ['a count of bottles', { limits: { bottles: 9 } }, { agent: 'claude' }, 2],
    ['another limit', { limits: { cpus: 9 } }, { agent: 'claude' }, 1],
    ['refused', {}, { agent: 'claude', secrets: { A: { fromEnv: 'PATH' } } }, 2],
  ] as const) {
    const { check, seen } = make(policy)
    const record = aRecord({ spec })
    const first = await check.ofRecord(record, signal)
    assert.is(first?.reason, what === 'refused' ? 'PolicyViolation' : undefined, what)
    assert.equal(await check.ofRecord(record, signal), first, what)
    assert.is(seen.judged, times, what)
  }
})

test('a start is judged with the paths that it will use', async () => {
  const { check, looked } = make()
  const record = aRecord({ file: 'web.yaml', spec: { agent: 'claude', workspace: { path: 'w', mode: 'copy' } } })
  const resolved = resolveSpec({ agent: 'claude', workspace: { path: '/etc', mode: 'copy' } }, '/')
  assert.match(
    (await check.ofStart({ record, resolved }, signal))?.message ?? '',
    /^web\.yaml: .* \/etc is a system folder/,
  )
  assert.equal(looked, ['/etc'])
})

test('what was granted beside the file is judged with it, also after the file alone was allowed', async () => {
  const { check } = make({ egress: { deny: ['evil.example'] } })
  const record = aRecord({ file: 'web.yaml', spec: { agent: 'claude', egress: { mode: 'enforce' } } })
  assert.is(await check.ofRecord(record, signal), undefined)
  const grants = [{ ask: 'aaaaaaaa', by: 'ann', at: '2026-12-01T12:00:00Z', entry: { host: 'evil.example' } }]
  const resolved = resolveSpec({ agent: 'claude', egress: { mode: 'enforce', allow: [{ host: 'evil.example' }] } }, '/')
  assert.match((await check.ofRecord({ ...record, grants }, signal))?.message ?? '', /evil\.example/)
  assert.match(
    (await check.ofStart({ record: { ...record, grants }, resolved }, signal))?.message ?? '',
    /evil\.example/,
  )
})

test('a violation of a spec whose text is not known names the line of its document', async () => {
  const judgement = accepted('  workspace: {path: /etc, mode: copy}\n')
  const bottle = { ...judgement.bottle, spec: { ...judgement.bottle.spec } }
  assert.match(
    (await make().check.ofDocument({ ...judgement, bottle }, signal))?.message ?? '',
    /^sub\/web\.yaml:1:1: spec\.workspace\.path \/etc is a system folder/,
  )
})

test('another policy counts for the same spec', async () => {
  const { check, keeper, source } = make()
  const record = aRecord({ spec: { agent: 'claude', secrets: { A: { fromEnv: 'TOKEN' } } } })
  assert.is(await check.ofRecord(record, signal), undefined)
  source.change({ level: 'restricted' })
  await keeper.refresh()
  assert.is((await check.ofRecord(record, signal))?.reason, 'PolicyViolation')
  source.change({ level: 'baseline' })
  await keeper.refresh()
  assert.is(await check.ofRecord(record, signal), undefined)
})

test('the pools of the controller and the bottles of the root count', async () => {
  const pinned = aRecord({ spec: { agent: 'claude', network: { subnet: '10.5.5.0/24' } } })
  assert.is((await make().check.ofRecord(pinned, signal))?.reason, 'PolicyViolation')
  assert.is(await make({}, [], ['10.0.0.0/8']).check.ofRecord(pinned, signal), undefined)
  const limits = { bottles: 1 }
  const there = aRecord({ name: 'web' })
  const other = aRecord({ name: 'other', identity: 'other' })
  assert.is(await make({ limits }, []).check.ofDocument(accepted(''), signal), undefined)
  assert.is(await make({ limits }, [there, other]).check.ofDocument(accepted(''), signal), undefined)
  assert.match(
    (await make({ limits }, [other]).check.ofDocument(accepted(''), signal))?.message ?? '',
    /^sub\/web\.yaml:3:18: metadata\.name .*limits\/bottles/,
  )
})

test.run()
