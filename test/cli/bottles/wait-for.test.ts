import * as assert from 'uvu/assert'
import type { BottleView } from '../../../cli/bottles/bottles.ts'
import { conditionGoal, parseFor } from '../../../cli/bottles/wait-for.ts'
import { CliError } from '../../../cli/print/cli-error.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('what wait waits for')

const condition = (type: string, status: string, observedGeneration?: number) => ({
  type,
  status,
  ...(observedGeneration === undefined ? {} : { observedGeneration }),
})
const seen = (
  conditions: readonly object[] | undefined,
  more: { readonly stale?: boolean; readonly left?: BottleView['left']; readonly generation?: number } = {},
  object: object = {},
) => {
  const { stale = false, left, generation } = more
  const status = conditions === undefined ? undefined : { conditions }
  return {
    view: { stale, left, status } as unknown as BottleView,
    object: { ...(generation === undefined ? {} : { metadata: { generation } }), status, ...object },
  }
}

test('what --for says', () => {
  for (const [text, kind] of [
    ['delete', 'delete'],
    ['create', 'create'],
    ['condition=Ready', 'condition'],
    ['condition=Ready=False', 'condition'],
    ['jsonpath={.status.phase}', 'jsonpath'],
    ["jsonpath='{.status.phase}'=Ready", undefined],
    ['jsonpath={.status.phase}=Ready', 'jsonpath'],
    ['jsonpath={.status.phase}=a=b', 'jsonpath'],
    ['jsonpath=.status.phase=Ready', 'jsonpath'],
    ['jsonpath=.status.phase', 'jsonpath'],
    ['jsonpath={.a}\n=x', undefined],
    ['jsonpath={.a}=x\ny', 'jsonpath'],
    ['jsonpath=', undefined],
    ['jsonpath', undefined],
    ['xjsonpath={.a}', undefined],
    ['condition=', undefined],
    ['condition==True', undefined],
    ['condition=Ready=', undefined],
    ['xcondition=Ready', undefined],
    ['deleted', undefined],
    ['Ready', undefined],
    ['', undefined],
  ] as const) {
    if (kind !== undefined) {
      assert.is(parseFor(text).kind, kind, text)
      continue
    }
    try {
      parseFor(text)
      assert.unreachable(text)
    } catch (error) {
      if (!(error instanceof CliError)) throw error
      assert.is(error.exitCode, 2)
      assert.is(error.message, `unrecognized condition: "${text}"`)
      assert.is(error.hint, "write condition=Ready, delete, create or jsonpath='{.status.phase}'=Ready")
    }
  }
})

test('delete and create', () => {
  for (const [what, bottle, isDeleted, isCreated] of [
    ['none', undefined, true, false],
    ['there', seen([]), false, true],
    ['being torn down', seen([], { left: 'Terminating' }), false, false],
    ['retained', seen([], { left: 'Retained' }), false, false],
  ] as const) {
    assert.is(parseFor('delete').met(bottle), isDeleted, what)
    assert.is(parseFor('create').met(bottle), isCreated, what)
  }
})

test('a condition counts only if it was judged for the spec in the file', () => {
  const ready = [condition('Accepted', 'False'), condition('Ready', 'True')]
  for (const [what, text, bottle, met] of [
    ['ready', 'condition=Ready', seen(ready), true],
    ['in any case', 'condition=READY=true', seen(ready), true],
    ['another status', 'condition=Ready=False', seen(ready), false],
    ['as asked', 'condition=Accepted=false', seen(ready), true],
    ['not by default', 'condition=Accepted', seen(ready), false],
    ['no such condition', 'condition=Stalled', seen(ready), false],
    ['no status', 'condition=Ready', seen(undefined), false],
    ['no status, of this generation', 'condition=Ready', seen(undefined, { generation: 3 }), false],
    ['no bottle', 'condition=Ready', undefined, false],
    ['stale', 'condition=Ready', seen(ready, { stale: true }), false],
    ['being torn down', 'condition=Ready', seen(ready, { left: 'Terminating' }), false],
    ['of an earlier generation', 'condition=Ready', seen([condition('Ready', 'True', 2)], { generation: 3 }), false],
    ['of this generation', 'condition=Ready', seen([condition('Ready', 'True', 3)], { generation: 3 }), true],
    ['of a later generation', 'condition=Ready', seen([condition('Ready', 'True', 4)], { generation: 3 }), true],
    ['without a generation of its own', 'condition=Ready', seen([condition('Ready', 'True')], { generation: 3 }), true],
    ['without a generation in the object', 'condition=Ready', seen([condition('Ready', 'True', 2)]), true],
  ] as const)
    assert.is(parseFor(text).met(bottle), met, what)
  assert.is(conditionGoal('Ready', 'Unknown').met(seen([condition('Ready', 'Unknown')])), true)
  assert.is(conditionGoal('Ready', 'True').kind, 'condition')
})

test('a path is met by its value, or by there being one', () => {
  const bottle = (stale = false) =>
    seen(
      undefined,
      { stale },
      { status: { phase: 'Ready', list: ['a', 'a'], mixed: ['a', 'b'] }, spec: { agent: 'x', odd: 'xy', even: 'xy' } },
    )
  for (const [what, text, one, met] of [
    ['the value', 'jsonpath={.status.phase}=Ready', bottle(), true],
    ['quoted', "jsonpath={.status.phase}='Ready'", bottle(), true],
    ['in double quotes', 'jsonpath={.status.phase}="Ready"', bottle(), true],
    ['in quotes that differ', `jsonpath={.status.phase}='Ready"`, bottle(), false],
    ['more than quoted', `jsonpath={.status.phase}=x'Ready'`, bottle(), false],
    ['quoted and more', `jsonpath={.status.phase}='Ready'x`, bottle(), false],
    ['quotes within', `jsonpath={.spec.odd}=x'y'`, bottle(), false],
    ['quotes at the beginning', `jsonpath={.spec.even}='x'y`, bottle(), false],
    ['another value', 'jsonpath={.status.phase}=Pending', bottle(), false],
    ['nothing asked', 'jsonpath={.status.phase}=', bottle(), false],
    ['any value', 'jsonpath={.status.phase}', bottle(), true],
    ['no value', 'jsonpath={.status.none}', bottle(), false],
    ['no value to compare', 'jsonpath={.status.none}=x', bottle(), false],
    ['no bottle', 'jsonpath={.status.phase}', undefined, false],
    ['all values', 'jsonpath={.status.list[*]}=a', bottle(), true],
    ['not all values', 'jsonpath={.status.mixed[*]}=a', bottle(), false],
    ['a stale status', 'jsonpath={.status.phase}=Ready', bottle(true), false],
    ['a stale status, any value', 'jsonpath={.status.phase}', bottle(true), false],
    ['beside a stale status', 'jsonpath={.spec.agent}=x', bottle(true), true],
  ] as const)
    assert.is(parseFor(text).met(one), met, what)
  assert.throws(
    () => parseFor('jsonpath={.a[}'),
    (error: unknown) => error instanceof CliError,
  )
})

test.run()
