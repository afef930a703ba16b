import * as assert from 'uvu/assert'
import { errnoOf } from '../../../drivers/errno.ts'
import { adviceOf } from '../../../drivers/message.ts'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { requireSameMounts } from '../../../reconcilers/bundle/mounts.ts'
import { bundleRequest } from '../../../reconcilers/bundle/request.ts'
import { createBundle, removeBundle, startBundle, stopBundle } from '../../../reconcilers/bundle/steps.ts'
import { noteBundlePaths } from '../../../reconcilers/bundle/tainted.ts'
import { bundle } from '../../../reconcilers/bundle/bundle.ts'
import { change } from '../../../reconcilers/contract/reconciler.ts'
import type { Plan, Situation, Step } from '../../../reconcilers/contract/reconciler.ts'
import { aTaint } from '../../parts/a-taint.ts'
import { aContainer, aRecord, aSituation, createCalls, runAll } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('mounts of a bundle')

const SPEC = { bundle: { mounts: [{ source: '/link', target: '/q', readOnly: false }] } } as const
const make = (links: Readonly<Record<string, string>>, goal: Situation['goal'] = 'up') => {
  const records: Record<string, BottleRecord> = { web: aRecord() }
  const taint = aTaint({ world: { links: { ...links } }, records })
  return { records, situation: { ...aSituation({ spec: SPEC, goal }), taint } }
}
const run = async (plan: Step | Plan, answers: Readonly<Record<string, unknown>> = {}) => {
  const { drivers, calls } = createCalls(answers)
  const error = await runAll('run' in plan ? change(plan) : plan, drivers).then(
    () => undefined,
    (reason: unknown) => `${errnoOf(reason)}: ${adviceOf(reason)}`,
  )
  return { calls: calls.filter((call) => !call.startsWith('containers.find')), error }
}
const FACTS = { mounts: [{ source: '/real', target: '/q', readOnly: false }] }
const stopped = aContainer({ state: 'created', facts: FACTS as never })
const made = { 'containers.create': { id: 'new' }, 'containers.find': aContainer({ id: 'new', pid: 7 }) }

test('Docker gets the canonical path, and what was judged is noted before', async () => {
  const { situation, records } = make({ '/link': '/real' })
  const request = bundleRequest(situation, 'i:1')
  const { calls, error } = await run(createBundle(situation, request, 'why'), {
    ...made,
    'containers.create': () => {
      assert.ok(JSON.stringify(records['web']?.reach?.bundle).includes('"/real"'), 'noted before it is created')
      return { id: 'new' }
    },
    'paths.mountsOf': new Map([['/q', ['/real']]]),
  })
  assert.is(error, undefined)
  assert.match(calls[0] ?? '', /"mounts":\[\{"source":"\/real","target":"\/q","readOnly":false\}\]/)
  assert.equal(calls.slice(1), ['containers.start("new")', 'paths.mountsOf(7)'])
})

test('nothing is created or started where a link was turned to the root meanwhile', async () => {
  const { situation, records } = make({ '/link': '/root' })
  for (const step of [
    createBundle(situation, bundleRequest(situation, 'i:1'), 'why'),
    startBundle(situation, stopped, 'why'),
  ]) {
    const { calls, error } = await run(step, made)
    assert.equal(calls, [])
    assert.match(error ?? '', /^Tainted: cannot start the bundle of web: .*\/link \(\/root\) is the root \/root/)
  }
  assert.is(records['web']?.reach, undefined)
})

test('one that was made with another folder is not started', async () => {
  const { situation } = make({ '/link': '/other' })
  const { calls, error } = await run(startBundle(situation, stopped, 'why'))
  assert.equal(calls, [])
  assert.match(
    error ?? '',
    /^Busy: .*what it mounts at \/q isn't \/other, which the spec leads to now; it is recreated/,
  )
})

test('each folder that was judged must be mounted, at its own target', () => {
  const mount = (source: string, target: string) => ({ source, target, readOnly: true })
  const judged = [mount('/a', '/x'), mount('/b', '/y')]
  for (const [found, fault] of [
    [judged.toReversed(), undefined],
    [[...judged, mount('/c', '/z')], undefined],
    [[mount('/a', '/x')], "at /y isn't /b"],
    [[mount('/b', '/x'), mount('/a', '/y')], "at /x isn't /a"],
    [[mount('/a', '/x'), mount('/b', '/z')], "at /y isn't /b"],
  ] as const) {
    const check = () => requireSameMounts('web', found, judged)
    if (fault === undefined) check()
    else
      assert.throws(check, (error: unknown) => String(error).includes(`start container web: what it mounts ${fault}`))
  }
})

const REPLACED =
  'Tainted: cannot start container bottle-web-bundle: while it started, /real was replaced: it got /loot, /more at /q; it is stopped; see who may write above /real'

test('what it got while it started is compared with what was judged', async () => {
  const { situation } = make({ '/link': '/real' })
  for (const [what, found, mounts, stops] of [
    ['the same', { pid: 7 }, new Map([['/q', ['/real']]]), false],
    ['the same by another of its paths', { pid: 7 }, new Map([['/q', ['/alias', '/real']]]), false],
    ['another', { pid: 7 }, new Map([['/q', ['/loot', '/more']]]), true],
    ['a target behind a link', { pid: 7 }, new Map([['/private/q', ['/real']]]), false],
    ['of an unknown file system', { pid: 7 }, new Map([['/q', []]]), false],
    ['it can’t be seen', { pid: 7 }, undefined, false],
    ['it has ended', {}, new Map([['/q', ['/loot']]]), false],
    ['it is gone', undefined, new Map([['/q', ['/loot']]]), false],
  ] as const) {
    const { calls, error } = await run(startBundle(situation, stopped, 'why'), {
      'containers.find': found === undefined ? undefined : aContainer({ id: 'c1', ...found }),
      'paths.mountsOf': mounts,
    })
    assert.is(calls.includes('containers.stop("c1")'), stops, what)
    assert.is(error, stops ? REPLACED : undefined, what)
  }
})

test('what a bundle had is given up where it goes down or away, and kept over a restart', async () => {
  for (const [goal, keeps] of [
    ['up', true],
    ['down', false],
    ['gone', false],
  ] as const)
    for (const step of [stopBundle, removeBundle]) {
      const { situation, records } = make({}, goal)
      await run(noteBundlePaths(situation))
      assert.ok(records['web']?.reach?.bundle)
      await run(step(situation, aContainer(), 'why'))
      assert.is(records['web']?.reach?.bundle !== undefined, keeps, `${goal} ${step.name}`)
    }
  const { situation, records } = make({})
  await run(noteBundlePaths(situation))
  const breach = { ...situation, taint: { ...situation.taint, breachOf: () => 'it holds the root' } }
  const plan = bundle.plan(breach, { ...(await observed(breach)), container: aContainer() })
  assert.equal((await run(plan)).calls, ['containers.stop("c1")'])
  assert.is(records['web']?.reach, undefined)
})

const observed = async (situation: Situation): Promise<object> => {
  const { drivers } = createCalls({ 'containers.carrying': [], 'images.has': true })
  return (await bundle.observe(situation, drivers, new AbortController().signal)) as object
}

test.run()
