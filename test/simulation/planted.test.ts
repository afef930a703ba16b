import * as assert from 'uvu/assert'
import { suite } from '../helpers/suite.ts'
import type { Planted } from './controller.ts'
import {
  believesItWasTold,
  deletesOnParseError,
  forgetsRecord,
  resetsBackoff,
  skipsAdoptCheck,
  writesWithoutComparing,
} from './planted.ts'
import { scenarioNamed } from './scenarios/index.ts'
import { SINGLES, sweep } from './sweep.ts'

/** Each planted bug must be reported by the oracle it violates, with a replay command. */
const test = suite('planted bugs')
const budget = { ...SINGLES, stride: 9 }

const findings = async (name: string, planted: Planted | undefined): Promise<readonly string[]> => {
  const scenario = scenarioNamed(name)
  assert.ok(scenario, name)
  const { failures } = await sweep(scenario, budget, planted)
  for (const { replay } of failures) assert.match(replay, new RegExp(`--scenario ${name} --seed 1`))
  return failures.map(({ violation }) => violation)
}

const caught = (title: string, scenario: string, planted: Planted, oracle: RegExp): void => {
  test(
    title,
    async () => {
      assert.equal(await findings(scenario, undefined), [], 'it also fails without the bug')
      const found = await findings(scenario, planted)
      assert.ok(found.length > 0, 'nothing was found')
      assert.match(found[0] ?? '', oracle)
    },
    { deadlineMs: 60_000 },
  )
}

caught('forgetting the record before the effect is caught', 'edit-restart', forgetsRecord, /^write-ahead: /)
caught('deleting on a parse error is caught', 'unreadable-then-fixed', deletesOnParseError, /^world: /)
caught('skipping the ownership check is caught', 'stranger-of-our-name', skipsAdoptCheck, /^(strangers|world): /)
caught('writing the status without comparing is caught', 'bring-up', writesWithoutComparing, /^(steady|bytes): /)
caught('resetting the backoff is caught', 'image-missing', resetsBackoff, /^steady: \d+ pulls/)
caught(
  'a VM beside a bundle that has no policy is caught',
  'egress-load',
  believesItWasTold,
  /^boundary: machine of web/,
)

test.run()
