import * as assert from 'uvu/assert'
import type { Told } from '../../drivers/ports.ts'
import type { Plan } from '../../reconcilers/contract/reconciler.ts'
import { compiledEgress } from '../../reconcilers/derive/compiled-egress.ts'
import { egress } from '../../reconcilers/egress.ts'
import type { BottleSpec } from '../../schemas/bottle.ts'
import { aTaint } from '../parts/a-taint.ts'
import { NOW, UPSTREAM, aSituation, createCalls, runAll, secondsAgo, words } from '../parts/plans.ts'
import { suite } from '../helpers/suite.ts'

/** Tables of plans; test/reconcilers/egress.test.ts walks them in a world. */
const test = suite('plans of egress')
const signal = new AbortController().signal
const run = { identity: 'web', container: 'c1', startedAt: 'its start' }
const upstream = { ...UPSTREAM, bundle: { id: 'c1', startedAt: 'its start' } }
const hashOf = (spec: BottleSpec['egress']): string => {
  const compiled = compiledEgress(spec ?? {})
  return compiled.ok ? compiled.hash : ''
}
const NOTHING = hashOf({})
const SOME = { presets: ['npm'] } as const
const told = (outcome: object, more: Partial<Told> = {}): Told => ({ run, outcome, ...more }) as Told
const plan = (spec: Partial<BottleSpec>, observed: object | undefined): Plan =>
  egress.plan(aSituation({ spec, upstream }), observed)

test('where it stands in the status, and for whom', () => {
  const { condition } = egress
  assert.equal([condition?.type, condition?.met], ['EgressEnforced', 'PolicyLoaded'])
  assert.equal(
    [undefined, { agent: 'a' }, { egress: {} }].map((spec) => condition?.where?.(spec)),
    [false, false, true],
  )
})

test('a bundle keeps no policy of an egress that is gone', () => {
  const LOAD = ['load egress/web: spec.egress is gone']
  const SETTLED = ['settled {}']
  for (const [what, last, lines] of [
    ['nothing was told', undefined, SETTLED],
    ['it has one', told({ kind: 'loaded', hash: hashOf(SOME) }), LOAD],
    ['it has none', told({ kind: 'loaded', hash: null }), SETTLED],
    ['it lets out nothing', told({ kind: 'loaded', hash: NOTHING }), SETTLED],
    ['it takes none', told({ kind: 'unsupported' }), SETTLED],
    ['of an earlier run', { ...told({ kind: 'loaded', hash: 'x' }), run: { ...run, container: 'c0' } }, SETTLED],
    ['it refused another', told({ kind: 'refused', reason: 'BadCa' }, { hash: 'x', at: NOW }), LOAD],
    [
      'it refused this a moment ago',
      told({ kind: 'refused', reason: 'BadCa' }, { hash: NOTHING, at: secondsAgo(10) }),
      ['wait 20000 PolicyNotLoaded: its bundle keeps the policy of a spec.egress that is gone'],
    ],
    ['a while ago', told({ kind: 'refused', reason: 'BadCa' }, { hash: NOTHING, at: secondsAgo(30) }), LOAD],
  ] as const)
    assert.equal(words(plan({}, { run, told: last })), lines, what)
  assert.equal(words(plan({}, undefined)), SETTLED)
})

test('a refusal is explained, and tried again after a while', () => {
  const hash = hashOf(SOME)
  for (const [reason, why] of [
    ['BadMessage', "its bundle doesn't understand what it is told"],
    ['UnknownVersion', 'its bundle speaks another version of the control protocol'],
    ['BadPolicy', "its bundle doesn't take this policy: its image may be older than bottled"],
    ['HashMismatch', 'its bundle takes the policy for another one: its image may be older than bottled'],
    ['BadCa', "its bundle doesn't take the bottle's CA"],
    ['BadAnswer', 'the answer of its bundle means nothing'],
  ] as const) {
    const refused = (ago: number) => told({ kind: 'refused', reason }, { hash, digest: 'd', at: secondsAgo(ago) })
    const at = (ago: number) => words(plan({ egress: SOME }, { run, told: refused(ago), digest: 'd' }))
    assert.equal(at(10), [`wait 20000 PolicyNotLoaded: ${why}; see bottlectl logs web`])
    assert.equal(at(30), ['load egress/web: it was refused before'])
  }
})

test('what is loaded is settled with its hash', () => {
  const hash = hashOf(SOME)
  assert.equal(
    words(plan({ egress: SOME }, { run, told: told({ kind: 'loaded', hash }, { hash, digest: 'd' }), digest: 'd' })),
    [`settled {"hash":"${hash}"}`],
  )
})

test('an edit counts at once while its values are missing, and only where another policy is in force', () => {
  const missing = { run, missing: 'no TOKEN' }
  const WAIT = ["wait 5000 SecretUnavailable: no TOKEN; the policy isn't loaded without it"]
  for (const [what, last, lines] of [
    ['another', told({ kind: 'loaded', hash: 'x' }), ['load egress/web: spec.egress changed']],
    ['this', told({ kind: 'loaded', hash: hashOf(SOME) }), WAIT],
    ['none', told({ kind: 'loaded', hash: null }), WAIT],
    ['it refused one', told({ kind: 'refused', reason: 'BadCa', hash: 'x' }), WAIT],
    ['of an earlier run', { ...told({ kind: 'loaded', hash: 'x' }), run: { ...run, startedAt: 'before' } }, WAIT],
  ] as const)
    assert.equal(words(plan({ egress: SOME }, { ...missing, told: last })), lines, what)
})

test('no value is read at a path that was turned to what is ours since', async () => {
  const spec: Partial<BottleSpec> = {
    secrets: { TOKEN: { fromFile: '/link' } },
    egress: { allow: [{ host: 'a.example', credential: { secret: 'TOKEN', header: 'X' } }] },
  }
  for (const [where, calls] of [
    ['/state/secret', ['authorities.ensure("web")']],
    [
      '/keys/token',
      ['authorities.ensure("web")', 'secrets.read({"TOKEN":{"fromFile":"/keys/token"}})', 'bundles.load'],
    ],
  ] as const) {
    const situation = { ...aSituation({ spec, upstream }), taint: aTaint({ world: { links: { '/link': where } } }) }
    const rig = createCalls({
      'secrets.read': { digest: 'd', values: {} },
      'bundles.load': { outcome: { kind: 'loaded' } },
      'bundles.last': undefined,
    })
    const loading = egress.plan(situation, { run, told: undefined, digest: 'd' })
    assert.equal(words(loading), ['load egress/web: the bundle has no policy yet'])
    await runAll(loading, rig.drivers)
    assert.equal(
      rig.calls.map((call) => call.replace(/^(bundles\.load).*/, '$1')),
      calls,
    )
    const seen = (await egress.observe(situation, rig.drivers, signal)) as { readonly tainted?: string }
    assert.is(seen.tainted !== undefined, where === '/state/secret')
  }
})

test.run()
