import * as assert from 'uvu/assert'
import { createSealCare } from '../../../controller/loop/seal-care.ts'
import type { SealLook } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'
import { LEAKING, PROVEN, UNTRIED } from '../../parts/seal-looks.ts'

const test = suite('care of the seal')

test('each change is told once, whoever saw it first, and what stays the same never', async () => {
  let shown: SealLook = UNTRIED
  let last: SealLook | undefined = UNTRIED
  let changes = 0
  const seals = { look: async () => (last = shown), last: () => last }
  const care = createSealCare(seals, { signal: new AbortController().signal, onChange: () => (changes += 1) })
  const after = async (): Promise<number> => {
    await care()
    return changes
  }
  assert.is(await after(), 0)
  shown = PROVEN
  assert.is(await after(), 1)
  assert.is(await after(), 1)
  shown = LEAKING
  // A start of a VM has looked, too.
  await seals.look()
  assert.is(await after(), 2)
  assert.is(await after(), 2)
})

test.run()
