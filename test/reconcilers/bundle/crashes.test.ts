import * as assert from 'uvu/assert'
import { crashWaitMs, crashesInARow, whyEnded } from '../../../reconcilers/bundle/crashes.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('crashes')
const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString()

test('what counts as another crash in a row', () => {
  const end = (crashes: number, change: object = {}) => ({ at: at(5), crashes, generation: 1, ...change })
  for (const [what, run, bundleEnd, crashes] of [
    ['never started', { finishedAt: at(9) }, undefined, 0],
    ['never started, as far as is known, and counted before', { finishedAt: at(5) }, end(3), 0],
    ['never ended', { startedAt: at(9) }, undefined, 0],
    ['the first short run', { startedAt: at(9), finishedAt: at(10) }, undefined, 1],
    ['a run of just under 10 s', { startedAt: at(0), finishedAt: at(9.999) }, undefined, 1],
    ['a run of 10 s', { startedAt: at(0), finishedAt: at(10) }, undefined, 0],
    ['a short run after others', { startedAt: at(9), finishedAt: at(10) }, end(3), 4],
    ['a long run after others', { startedAt: at(9), finishedAt: at(30) }, end(3), 0],
    ['the end that was counted before', { startedAt: at(0), finishedAt: at(5) }, end(3), 3],
    ['the clock was set back while it ran', { startedAt: at(30), finishedAt: at(10) }, end(3), 3],
    ['the same, the first time', { startedAt: at(30), finishedAt: at(10) }, undefined, 0],
    ['after an edit', { startedAt: at(9), finishedAt: at(10) }, end(3, { generation: 2 }), 1],
  ] as const)
    assert.is(crashesInARow(run, { generation: 1, ...(bundleEnd === undefined ? {} : { bundleEnd }) }), crashes, what)
})

test('how long it is let be: nothing three times, then 4 s, 8 s … 300 s', () => {
  for (const [crashes, delayMs] of [
    [0, 0],
    [3, 0],
    [4, 4_000],
    [5, 8_000],
    [10, 256_000],
    [11, 300_000],
    [12, 300_000],
    [2_000, 300_000],
  ] as const)
    assert.is(crashWaitMs({ finishedAt: at(0) }, crashes, at(0)), delayMs, `${crashes}`)
  assert.is(crashWaitMs({ finishedAt: at(0) }, 4, at(3)), 1_000)
  assert.is(crashWaitMs({ finishedAt: at(0) }, 4, at(9)), -5_000)
  assert.is(crashWaitMs({ finishedAt: at(0) }, 4, '2025-12-31T00:00:00Z'), 0, 'a clock that was set back')
  assert.is(crashWaitMs({ finishedAt: at(1) }, 4, at(0)), 4_000, 'Docker is a moment ahead')
  assert.is(crashWaitMs({}, 9, at(0)), 0)
})

test('why it ended', () => {
  for (const [end, why] of [
    [{ oomKilled: true, exitCode: 137 }, 'it ran out of memory'],
    [{ oomKilled: true, exitCode: 1 }, 'it ran out of memory'],
    [{ oomKilled: false, exitCode: 137 }, 'it was killed, by someone or for lack of memory (137)'],
    [{ exitCode: 137 }, 'it was killed, by someone or for lack of memory (137)'],
    [{ oomKilled: false, exitCode: 0 }, 'it exited with code 0'],
    [{}, 'it exited with code unknown'],
  ] as const)
    assert.is(whyEnded(end), why)
})

test.run()
