import * as assert from 'uvu/assert'
import type { BottleRecord } from '../../../drivers/ports.ts'
import { noteBundlePaths, planTaint } from '../../../reconcilers/bundle/tainted.ts'
import { change } from '../../../reconcilers/contract/reconciler.ts'
import { aTaint, aVerdict } from '../../parts/a-taint.ts'
import { aContainer, aRecord, aSituation, createCalls, runAll, words } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('a tainted bundle')

const spec = { bundle: { mounts: [{ source: '/q', target: '/q', readOnly: false }] } } as const
const DOWN = 'first what comes after goes down'
const STOP = 'stop bundle/bottle-web-bundle: it holds the root'

test('what is done, by what runs and what it could write', () => {
  const noted = { reach: { bundle: [] } }
  for (const [what, { runs, breach, tainted, record = noted }, lines] of [
    ['nothing', { runs: false }, undefined],
    ['it runs', { runs: true }, undefined],
    ['it trusts too much', { runs: false, tainted: false }, ['stuck Tainted: it lies wrong']],
    ['it runs and trusts too much', { runs: true, tainted: false }, undefined],
    ['it would write what is ours', { runs: false, tainted: true }, [DOWN, 'stuck Tainted: it lies wrong']],
    ['it runs, and would write what is ours', { runs: true, tainted: true }, undefined],
    [
      'it runs, and was never noted',
      { runs: true, tainted: true, record: {} },
      [DOWN, STOP.replace('holds the root', 'lies wrong')],
    ],
    ['it runs, was never noted, and only trusts', { runs: true, tainted: false, record: {} }, undefined],
    ['it can write what is ours', { runs: true, breach: true }, [DOWN, STOP]],
    ['its VM can', { runs: false, breach: true }, [DOWN, 'stuck Tainted: it holds the root']],
    ['both', { runs: false, breach: true, tainted: false }, [DOWN, 'stuck Tainted: it lies wrong']],
  ] as readonly (readonly [
    string,
    { readonly runs: boolean; readonly breach?: boolean; readonly tainted?: boolean; readonly record?: object },
    readonly string[] | undefined,
  ])[]) {
    const base = aSituation({ spec, record })
    const situation = {
      ...base,
      taint: { ...base.taint, breachOf: () => (breach === true ? 'it holds the root' : undefined) },
    }
    const verdict =
      tainted === undefined ? undefined : aVerdict(base, { tainted: 'it lies wrong', reachesOurs: tainted })
    const container = runs ? aContainer() : aContainer({ state: 'exited' })
    const plan = planTaint(situation, { container, verdict })
    assert.equal(plan && words(plan), lines, what)
    if (!runs) assert.equal(planTaint(situation, { container: undefined, verdict }), plan, what)
  }
})

test('what a running one has is noted', async () => {
  const records: Record<string, BottleRecord> = { web: aRecord() }
  const situation = { ...aSituation({ spec }), taint: aTaint({ records }) }
  const step = noteBundlePaths(situation)
  assert.is(step.quiet, true)
  await runAll(change(step), createCalls().drivers)
  assert.ok(JSON.stringify(records['web']?.reach?.bundle).includes('"/q"'))
  const none = noteBundlePaths({ ...situation, spec: undefined })
  await runAll(change(none), createCalls().drivers)
})

test.run()
