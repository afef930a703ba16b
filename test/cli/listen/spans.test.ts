import * as assert from 'uvu/assert'
import { createSpans } from '../../../cli/listen/spans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('how long bottles take to be Ready')

/** `edit` is a save, any other word the outcome of a pass; one second goes by before each. */
const spansOf = (...steps: readonly string[]): readonly string[] => {
  const seen: string[] = []
  let nowMs = 0
  const spans = createSpans({ now: () => nowMs, onReady: (since, ms) => void seen.push(`${since} ${ms / 1000}`) })
  for (const step of steps) {
    nowMs += 1_000
    if (step === 'edit') spans.edited('a')
    else spans.ended('a', step)
  }
  return seen
}

test('since the first save that it isn’t Ready for', () => {
  assert.equal(spansOf('edit', 'Progressing', 'edit', 'Ready'), ['edit 3'])
  assert.equal(spansOf('edit', 'Ready', 'Ready', 'edit', 'Ready'), ['edit 1', 'edit 1'])
})

test('since it stopped being Ready by itself', () => {
  assert.equal(spansOf('Ready', 'Progressing', 'CrashLoop', 'Ready', 'Ready'), ['drift 2'])
  assert.equal(spansOf('Ready', 'Progressing', 'edit', 'Progressing', 'Ready'), ['edit 2'])
})

test('what a controller finds Ready, or was never Ready, took no time that is known', () => {
  assert.equal(spansOf('Ready', 'Ready'), [])
  assert.equal(spansOf('Progressing', 'CrashLoop', 'Ready'), [])
})

test('what is suspended or gone, as asked, is not waited for', () => {
  for (const end of ['Suspended', 'Deleted', 'Retained', 'Parked']) {
    assert.equal(spansOf('Ready', 'edit', 'Progressing', end, 'Ready'), [], end)
    assert.equal(spansOf('Ready', end, 'Ready'), [], end)
  }
})

test.run()
