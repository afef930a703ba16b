import * as assert from 'uvu/assert'
import type { Told } from '../../drivers/ports.ts'
import { compiledEgress } from '../../reconcilers/derive/compiled-egress.ts'
import { egress } from '../../reconcilers/egress.ts'
import { createTaint } from '../../reconcilers/taint/taint.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import { OWN } from '../parts/a-taint.ts'
import { createRig, OWNER } from '../helpers/situation.ts'
import type { Rig } from '../helpers/situation.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('egress')
const BUNDLE = 'bottle-web-bundle'
const LOAD = 'load egress/web'
const credential = { secret: 'TOKEN', header: 'X-Key' }
const PLAIN: Partial<BottleSpec> = { egress: { presets: ['npm'] } }
const SECRET: Partial<BottleSpec> = {
  secrets: { TOKEN: { fromFile: '/keys/token' } },
  egress: { allow: [{ host: 'a.example', credential }] },
}

const hashOf = (spec: Partial<BottleSpec>): string => {
  const compiled = compiledEgress(spec.egress ?? {})
  return compiled.ok ? compiled.hash : ''
}
const policyOf = (rig: Rig) => rig.world.world.containers[BUNDLE]?.policy
const verdictOf = async (rig: Rig) => {
  const { verdicts } = await rig.walk('up')
  const verdict = verdicts.get('egress')
  return verdict?.verdict === 'stuck' || verdict?.verdict === 'wait'
    ? { verdict: verdict.verdict, reason: verdict.reason, message: verdict.message }
    : { verdict: verdict?.verdict }
}
const up = async (spec: Partial<BottleSpec>): Promise<Rig> => {
  const rig = await createRig(spec)
  await rig.settle('up')
  return rig
}
/** Another process of the controller, which remembers nothing. */
const restarted = async (rig: Rig): Promise<Rig> => {
  const next = await createRig(rig.spec, { simulated: { world: rig.world.world } })
  const record = rig.record()
  const status = { conditions: [{ type: 'EgressEnforced', status: 'True' }] } as never
  if (record !== undefined) await next.drivers.records.write({ ...record, status })
  return next
}

test('without egress nothing is asked, made or said', async () => {
  const rig = await up({ secrets: { TOKEN: { fromEnv: 'TOKEN' } } })
  assert.is(policyOf(rig), undefined)
  assert.equal(rig.world.world.authorities, {})
  assert.not(rig.log.includes(LOAD))
  for (const goal of ['up', 'down', 'gone'] as const) {
    const plan = egress.plan(rig.situation(goal), undefined)
    assert.equal(plan, { verdict: 'settled', outputs: {} })
  }
})

test('the policy is loaded before the VM is made, and once', async () => {
  const rig = await up(PLAIN)
  assert.is(policyOf(rig)?.hash, hashOf(PLAIN))
  const order = rig.log.filter((step) => /load|machine/.test(step))
  assert.equal(order, [LOAD, 'create machine/bottle-web'])
  await rig.walk('up')
  assert.is(rig.log.filter((step) => step === LOAD).length, 1)
})

test('an edit is loaded into the bundle and the VM that run', async () => {
  const rig = await up(PLAIN)
  const { id, pid } = rig.world.world.containers[BUNDLE] ?? {}
  rig.log.length = 0
  rig.spec = { ...rig.spec, egress: { presets: ['npm', 'pypi'] } }
  await rig.settle('up')
  assert.equal(rig.log, [LOAD])
  assert.is(policyOf(rig)?.hash, hashOf(rig.spec))
  assert.equal([rig.world.world.containers[BUNDLE]?.id, rig.world.world.containers[BUNDLE]?.pid], [id, pid])
})

test('an egress that is gone is gone from the bundle, too, also where bottled was away meanwhile', async () => {
  const nothing = hashOf({ egress: {} })
  const without = async (rig: Rig): Promise<void> => {
    rig.log.length = 0
    const { egress: _, ...rest } = rig.spec
    rig.spec = rest
    await rig.settle('up')
    assert.is(policyOf(rig)?.hash, nothing)
    await rig.walk('up')
    assert.is(rig.log.filter((step) => step === LOAD).length, 1)
  }
  await without(await up(PLAIN))
  await without(await restarted(await up(PLAIN)))
})

test('a bundle that was started again is told again, and the VM stays as it is', async () => {
  const rig = await up(PLAIN)
  rig.log.length = 0
  rig.world.break({ do: 'restartContainer', name: BUNDLE })
  assert.is(policyOf(rig), undefined)
  await rig.settle('up')
  assert.equal(rig.log, [LOAD])
  assert.is(policyOf(rig)?.hash, hashOf(PLAIN))
})

test('another value of a secret is loaded, and an equal one is not', async () => {
  const rig = await up(SECRET)
  const before = policyOf(rig)
  rig.log.length = 0
  await rig.settle('up')
  assert.equal(rig.log, [])
  rig.world.break({ do: 'rebuild', path: '/keys/token' })
  await rig.settle('up')
  assert.equal(rig.log, [LOAD])
  assert.is(policyOf(rig)?.hash, before?.hash)
  assert.is.not(policyOf(rig)?.told, before?.told)
})

test('only the values that a credential names are told', async () => {
  const values: string[][] = []
  const rig = await createRig({
    secrets: { TOKEN: { fromEnv: 'A' }, OTHER: { fromEnv: 'B', deliver: 'proxy' }, GUEST: { fromEnv: 'C' } },
    egress: { allow: [{ host: 'a.example', credential }] },
  })
  const { load } = rig.world.bundles
  Object.assign(rig.drivers.bundles, {
    load: (...asked: Parameters<typeof load>) => {
      values.push(Object.keys(asked[1].secrets.values))
      return load(...asked)
    },
  })
  await rig.settle('up')
  assert.equal(values, [['TOKEN']])
  assert.equal(rig.world.world.secrets['web'], ['GUEST'])
})

test('without its source a secret keeps the policy from being loaded, and the VM from being made', async () => {
  const rig = await createRig(SECRET)
  rig.world.break({ do: 'lose', path: '/keys/token' })
  const { reason, message } = await verdictOf(rig)
  assert.is(reason, 'SecretUnavailable')
  assert.is(
    message,
    "TOKEN: /keys/token can't be read; make /keys/token readable for the user that runs bottled; the policy isn't loaded without it",
  )
  assert.is(rig.world.world.machines['bottle-web'], undefined)
  rig.world.break({ do: 'restore', path: '/keys/token' })
  await rig.settle('up')
})

test('what an edit takes away is taken away though a secret is missing; its value is told once it is back', async () => {
  const rig = await up(SECRET)
  rig.world.break({ do: 'lose', path: '/keys/token' })
  rig.spec = { ...rig.spec, egress: { ...SECRET.egress, deny: [{ host: 'b.example' }] } }
  rig.log.length = 0
  assert.is((await verdictOf(rig)).reason, 'SecretUnavailable')
  assert.equal([rig.log, policyOf(rig)?.hash], [[LOAD], hashOf(rig.spec)])
  await verdictOf(rig)
  assert.equal(rig.log, [LOAD], 'once')
  rig.world.break({ do: 'restore', path: '/keys/token' })
  await rig.settle('up')
  assert.equal(rig.log, [LOAD, LOAD])
})

test('an image that takes no policy has no VM beside it', async () => {
  const rig = await up({})
  rig.spec = { ...rig.spec, ...PLAIN }
  rig.world.break({ do: 'mute', image: 'bundle:test', isMute: true })
  const { verdict, reason, message = '' } = await verdictOf(rig)
  assert.equal([verdict, reason], ['stuck', 'NotSupported'])
  assert.match(message, /has no bottled-bundle.*bottled bundle build/)
  assert.is(rig.world.world.machines['bottle-web']?.state, 'stopped')
  const { length } = rig.log
  await rig.walk('up')
  assert.is(rig.log.length, length, 'the same run is not asked again')
})

test('a refusal is said with its reason, never in the words of the bundle, and tried again after a while', async () => {
  const rig = await createRig(PLAIN)
  const refuse = (reason: string | undefined) => rig.world.break({ do: 'refusePolicy', name: BUNDLE, reason })
  rig.meanwhile = () => refuse('BadPolicy')
  const refusal = { verdict: 'wait', reason: 'PolicyNotLoaded' }
  const { message = '', ...rest } = await verdictOf(rig)
  assert.equal(rest, refusal)
  assert.match(message, /^its bundle doesn't take this policy.*bottlectl logs web$/)
  assert.not(rig.log.includes(LOAD), 'nothing was loaded')
  assert.is(rig.world.world.machines['bottle-web'], undefined)
  rig.meanwhile = () => undefined
  refuse(undefined)
  await rig.clock.advance(20_000)
  assert.is((await verdictOf(rig)).reason, 'PolicyNotLoaded', 'it is asked again only after 30 s')
  await rig.clock.advance(11_000)
  await rig.settle('up')
  assert.is(policyOf(rig)?.hash, hashOf(PLAIN))
})

test('a reason that nobody knows means nothing', async () => {
  const rig = await createRig(PLAIN)
  rig.meanwhile = () => rig.world.break({ do: 'refusePolicy', name: BUNDLE, reason: 'TOKEN is hunter2' })
  assert.is((await verdictOf(rig)).message, 'the answer of its bundle means nothing; see bottlectl logs web')
})

test('after a restart of the controller the bundle is asked once, and told again without a word', async () => {
  const before = await up(PLAIN)
  const rig = await restarted(before)
  const asked: string[] = []
  const { status } = rig.world.bundles
  Object.assign(rig.drivers.bundles, {
    status: (...given: Parameters<typeof status>) => {
      asked.push('status')
      return status(...given)
    },
  })
  await rig.settle('up')
  assert.not(rig.log.includes(LOAD), 'nobody is told')
  assert.is(rig.world.bundles.last('web')?.hash, hashOf(PLAIN))
  await rig.settle('up')
  assert.equal(asked, ['status'])
  const other = await restarted(before)
  other.world.break({ do: 'restartContainer', name: BUNDLE })
  await other.settle('up')
  assert.ok(other.log.includes(LOAD))
})

test('a policy that this version does not know is not loaded, and says what it does not know', async () => {
  const rig = await createRig({ egress: { presets: ['gone'] } })
  const { verdict, reason, message = '' } = await verdictOf(rig)
  assert.equal([verdict, reason], ['stuck', 'PolicyNotLoaded'])
  assert.match(message, /presets\.0: there is no preset "gone"/)
  await rig.settle('gone')
})

test('a tainted source is not even read', async () => {
  const rig = await createRig(SECRET)
  const own = [...OWN, { what: 'a folder of ours', path: '/keys', kind: 'state' as const }]
  const { world, drivers } = rig
  const taint = createTaint({ paths: world.paths, records: drivers.records, own, root: '/root', owner: OWNER })
  const reads: string[] = []
  const secrets = { ...drivers.secrets, read: async () => (reads.push('read'), { values: {}, digest: '' }) }
  const situation = { ...rig.situation('up', { bundle: { id: 'c1', startedAt: 'x' } }), taint }
  const observed = await egress.observe(situation, { ...drivers, secrets }, new AbortController().signal)
  const plan = egress.plan(situation, observed)
  assert.is(plan.verdict === 'stuck' ? plan.reason : plan.verdict, 'Tainted')
  assert.equal(reads, [])
})

test('what is loaded again is said by why', async () => {
  const rig = await up(PLAIN)
  const hash = hashOf(PLAIN)
  const run = { identity: 'web', container: 'c1', startedAt: 'now' }
  const why = (told: Partial<Told> | undefined): unknown => {
    const whole = told && { run, hash, digest: 'd', at: undefined, outcome: { kind: 'loaded', hash }, ...told }
    const plan = egress.plan(rig.situation('up'), { run, told: whole, digest: 'd' })
    return plan.verdict === 'change' ? plan.steps.map(({ because, quiet }) => [because, quiet === true]) : plan.verdict
  }
  assert.is(why({}), 'settled')
  assert.equal(why(undefined), [['the bundle has no policy yet', false]])
  assert.equal(why({ run: { ...run, startedAt: 'before' } }), [['the bundle was started again', false]])
  assert.equal(why({ run: { ...run, container: 'c0' } }), [['the bundle was started again', false]])
  assert.equal(why({ hash: 'sha256:0' }), [['spec.egress changed', false]])
  assert.equal(why({ digest: 'e' }), [['the value of a secret changed', false]])
  const asked = { hash: undefined, digest: undefined }
  assert.equal(why(asked), [['bottled was started again', true]])
  assert.equal(why({ ...asked, outcome: { kind: 'loaded', hash: null } }), [['the bundle has another policy', false]])
  const refused = { outcome: { kind: 'refused', reason: 'BadCa' } } as const
  assert.equal(why({ ...refused, at: '2000-01-01T00:00:00Z' }), [['it was refused before', false]])
})

test('repositories are told without egress, too, before the VM is made, and again when they change', async () => {
  const repositories = [{ name: 'app', url: 'https://a.example/app', credential: { secret: 'TOKEN' } }]
  const rig = await up({ secrets: { TOKEN: { fromEnv: 'TOKEN' } }, git: { repositories } })
  const first = policyOf(rig)?.hash
  assert.equal(
    rig.log.filter((step) => /load|create machine/.test(step)),
    [LOAD, 'create machine/bottle-web'],
  )
  rig.log.length = 0
  rig.spec = { ...rig.spec, git: { repositories: repositories.map((each) => ({ ...each, push: ['agent/*'] })) } }
  await rig.settle('up')
  assert.equal(rig.log, [LOAD])
  assert.is.not(policyOf(rig)?.hash, first)
})

test.run()
