import * as assert from 'uvu/assert'
import { ruleDeletion } from '../../../controller/deletion/ruling.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('deletion')
const calm = {
  missingForMs: 5_000,
  graceMs: 2_000,
  git: undefined,
  writer: undefined,
  confirmed: false,
  massHeld: false,
  bottles: 10,
  missing: 1,
  recent: 0,
}

test('no deletion is decided within the grace', () => {
  assert.equal(ruleDeletion({ ...calm, missingForMs: 500 }), { verdict: 'grace', leftMs: 1_500 })
})

test('after the grace a missing bottle is deleted', () => {
  assert.is(ruleDeletion(calm).verdict, 'delete')
})

test('every deletion is held while git is at work, confirmed or not', () => {
  const ruling = ruleDeletion({ ...calm, git: 'rebase-merge', confirmed: true })
  assert.is(ruling.verdict, 'held')
  assert.match(JSON.stringify(ruling), /GitAtWork.*rebase-merge/)
})

test('a deletion is held while somebody has the file open for writing, confirmed or not', () => {
  const ruling = ruleDeletion({ ...calm, writer: 'bash (pid 7)', confirmed: true })
  assert.is(ruling.verdict, 'held')
  assert.match(JSON.stringify(ruling), /FileOpen.*bash \(pid 7\)/)
  assert.is(ruleDeletion({ ...calm, writer: 'bash (pid 7)', missingForMs: 500 }).verdict, 'grace')
})

test('what is gone without a deletion that was seen is held, whatever was confirmed for many', () => {
  const ruling = ruleDeletion({ ...calm, unseen: 'its object is gone', confirmed: true })
  assert.match(JSON.stringify(ruling), /held.*DeletionUnseen.*its object is gone.*bottlectl confirm-deletes/)
  assert.is(ruleDeletion({ ...calm, unseen: 'its object is gone', missingForMs: 500 }).verdict, 'grace')
})

test('many that are held say how each is confirmed where they were declared', () => {
  const many = { ...calm, bottles: 4, missing: 4 }
  assert.match(JSON.stringify(ruleDeletion(many)), /until: bottlectl confirm-deletes/)
  assert.match(JSON.stringify(ruleDeletion({ ...many, confirmBy: 'kubectl annotate x' })), /until: kubectl annotate x/)
})

test('more than half and at least three is a mass deletion', () => {
  const rule = (bottles: number, missing: number, recent = 0): string =>
    ruleDeletion({ ...calm, bottles, missing, recent }).verdict
  assert.is(rule(2, 2), 'delete')
  assert.is(rule(4, 2), 'delete')
  assert.is(rule(6, 3), 'delete')
  assert.is(rule(5, 3), 'held')
  assert.is(rule(3, 3), 'held')
})

test('deletions of the last minute count, so that a slow mass deletion is held, too', () => {
  assert.is(ruleDeletion({ ...calm, bottles: 3, missing: 1, recent: 2 }).verdict, 'held')
})

test('a confirmed bottle is deleted whatever the others do', () => {
  assert.is(ruleDeletion({ ...calm, bottles: 3, missing: 3, confirmed: true }).verdict, 'delete')
})

test('those that are gone already count on both sides', () => {
  for (const [bottles, missing, recent, verdict] of [
    [5, 1, 2, 'delete'],
    [3, 1, 2, 'held'],
    [4, 1, 2, 'delete'],
    [2, 1, 1, 'delete'],
  ] as const)
    assert.is(ruleDeletion({ ...calm, bottles, missing, recent }).verdict, verdict, `${bottles} ${missing} ${recent}`)
})

test('the grace is over when it is over', () => {
  assert.is(ruleDeletion({ ...calm, missingForMs: 1_999 }).verdict, 'grace')
  assert.is(ruleDeletion({ ...calm, missingForMs: 2_000 }).verdict, 'delete')
  assert.is(ruleDeletion({ ...calm, missingForMs: 1_999, git: 'merge', confirmed: true }).verdict, 'grace')
})

test('why it is held, and what to do', () => {
  const message = (change: object): string => {
    const ruling = ruleDeletion({ ...calm, ...change })
    return ruling.verdict === 'held' ? `${ruling.reason}: ${ruling.message}` : ruling.verdict
  }
  assert.is(
    message({ bottles: 3, missing: 2, recent: 1 }),
    'MassDeletion: 3 of 4 bottles are gone from the files; nothing is deleted until: bottlectl confirm-deletes',
  )
  assert.is(
    message({ massHeld: true }),
    'MassDeletion: it went together with many others; nothing is deleted until: bottlectl confirm-deletes',
  )
  assert.is(
    message({ git: 'merge' }),
    'GitAtWork: its document is gone, but git is at work (merge); held until that is done',
  )
})

test.run()
