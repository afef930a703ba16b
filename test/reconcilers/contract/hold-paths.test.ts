import * as assert from 'uvu/assert'
import { DriverError, isDriverError } from '../../../drivers/errors.ts'
import { holdPaths } from '../../../reconcilers/contract/hold-paths.ts'
import type { Situation } from '../../../reconcilers/contract/reconciler.ts'
import { suite } from '../../helpers/suite.ts'
import { aSituation } from '../../parts/plans.ts'

const test = suite('hold paths')
const { signal } = new AbortController()
const SPEC = { agent: 'as it was judged' }
const VERDICT = { tainted: undefined, spec: SPEC, uses: [] }

interface Played {
  readonly calls: readonly string[]
  readonly verdict: unknown
  readonly code: string | undefined
}

const played = async (change: Partial<Situation>, isTainted = false): Promise<Played> => {
  const calls: string[] = []
  const taint = {
    hold: async ({ name }: { readonly name: string }, part: string) => {
      calls.push(`hold ${name} ${part}`)
      if (isTainted) throw new DriverError({ code: 'Tainted', operation: 'x', detail: 'y' })
      return VERDICT
    },
    release: async (identity: string, part: string) => void calls.push(`release ${identity} ${part}`),
  } as unknown as Situation['taint']
  try {
    const verdict = await holdPaths({ ...aSituation(), ...change, taint }, { part: 'machine' }, signal)
    return { calls, verdict, code: undefined }
  } catch (error) {
    return { calls, verdict: undefined, code: isDriverError(error) ? error.code : String(error) }
  }
}

test('what is returned is what was judged, by taint and by policy', async () => {
  assert.equal(await played({}), { calls: ['hold web machine'], verdict: VERDICT, code: undefined })
  let judged: unknown
  const forbidden: Situation['forbidden'] = async (spec) => void (judged = spec)
  assert.equal((await played({ forbidden })).verdict, VERDICT)
  assert.is(judged, SPEC)
})

test('what the policy forbids is not held, unless the part has it already', async () => {
  const forbidden = (async () => ({ reason: 'PolicyViolation', message: 'no' })) as unknown as NonNullable<
    Situation['forbidden']
  >
  const refused = await played({ forbidden })
  assert.equal([refused.code, refused.calls], ['PolicyViolation', ['hold web machine', 'release web machine']])
  const { record } = aSituation()
  const held = { ...record, reach: { machine: [] } } as unknown as Situation['record']
  assert.equal((await played({ forbidden, record: held })).calls, ['hold web machine'])
})

test('what is tainted is neither held nor judged by the policy', async () => {
  let asked = false
  const forbidden: Situation['forbidden'] = async () => void (asked = true)
  const refused = await played({ forbidden }, true)
  assert.equal([refused.code, asked], ['Tainted', false])
})

test('a bottle without a spec has nothing to hold', async () => {
  assert.match((await played({ spec: undefined })).code ?? '', 'has no spec')
})

test.run()
