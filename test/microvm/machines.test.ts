import * as assert from 'uvu/assert'
import { suite } from '../helpers/suite.ts'
import { layTests } from './package.ts'
import { openStage } from './stage.ts'
import type { Stage } from './stage.ts'

/** The guest tests of the conformance suite of the port Machines, run inside the virtual host by the ordinary user. */
const test = suite('machines in the lab')
const MOST_MS = 900_000
let stage: Stage

test.before(async () => {
  stage = await openStage()
})
test.after(async () => stage?.stop())

test(
  'the released smolvm keeps every guest promise of the port, with guests that really boot',
  async () => {
    layTests(stage.lab.share)
    // Below the package, so that its dependencies are found.
    const laid = await stage.lab.run(
      'rm -rf /opt/bottled/tests && mkdir /opt/bottled/tests && tar -xf /host/tests.tar --no-same-owner -C /opt/bottled/tests && chmod -R go+rX /opt/bottled/tests',
      { timeoutMs: 60_000 },
    )
    assert.is(laid.code, 0, laid.stderr)
    const begun = performance.now()
    const { code, stdout, stderr } = await stage.attempt(
      'NO_COLOR=1 node /opt/bottled/tests/test/microvm/machines-in-lab.js',
      MOST_MS,
    )
    console.log(`\n${stdout}${stderr}\nlab: conformance: ${((performance.now() - begun) / 1000).toFixed(1)} s`)
    assert.is(code, 0)
    assert.match(stdout, /Skipped:\s+0\b/)
  },
  { deadlineMs: MOST_MS + 120_000 },
)

test.run()
