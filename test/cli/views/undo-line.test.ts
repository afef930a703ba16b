import * as assert from 'uvu/assert'
import type { BottleView } from '../../../cli/bottles/bottle-view.ts'
import { leftover } from '../../../cli/bottles/bottle-view.ts'
import { undoLine, undoNotes } from '../../../cli/views/undo-line.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('until when a deletion can be undone')

/** At noon of this time zone, whichever it is. */
const noon = new Date(2026, 10, 29, 12).getTime()
const iso = (ms: number): string => new Date(noon + ms).toISOString()
const RECORD = {
  version: 1,
  uid: 'u',
  name: 'web',
  identity: 'web',
  file: 'web.yaml',
  generation: 1,
  specHash: '',
} as const
const parked = (ms: number, name = 'web'): BottleView =>
  leftover({ ...RECORD, name, parked: { since: iso(-60_000), until: iso(ms) } })

test('it says until when, how to undo it and how to end it', () => {
  assert.is(
    undoLine(parked(9 * 60_000), noon),
    "until 12:09 (in 9m); its document's return undoes it; bottlectl delete bottle web ends it now",
  )
  assert.match(undoLine(parked(26 * 3_600_000), noon) ?? '', /^until 2026-11-30 14:00 \(in 26h\)/)
})

test('once it is over it says so', () => {
  assert.is(undoLine(parked(-60_000), noon), 'the time to undo ended at 11:59: a controller deletes it, disk included')
})

test('a parked bottle is Terminating; its deletionTimestamp is the end of the time to undo', () => {
  const view = parked(60_000)
  assert.equal([view.left, view.metadata['deletionTimestamp']], ['Terminating', iso(60_000)])
})

test('a bottle that is deleted, or was named, can no longer be undone', () => {
  const record = { ...RECORD, parked: { since: iso(0), until: iso(60_000) } }
  assert.is(leftover({ ...record, deleteNow: true }).undoUntil, undefined)
  const deleting = leftover({ ...record, deleting: { since: iso(10) } })
  assert.equal([deleting.undoUntil, deleting.metadata['deletionTimestamp']], [undefined, iso(10)])
})

test('below a table at most five bottles are named', () => {
  const views = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => parked(60_000, name))
  const notes = undoNotes(views, noon)
  assert.is(notes.length, 6)
  assert.match(notes[0] ?? '', /^note: the document of bottle\/a is gone: until /)
  assert.is(notes.at(-1), 'note: and 2 more; see bottlectl describe')
})

test.run()
