import * as assert from 'uvu/assert'
import { createGuards } from '../../../controller/deletion/mass-guard.ts'
import type { Guards } from '../../../controller/deletion/mass-guard.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import type { FakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('guards')
const GRACE_MS = 2_000

const make = (): { readonly clock: FakeClock; readonly guards: Guards } => {
  const clock = createFakeClock()
  const folder = { gitAtWork: () => Promise.resolve(undefined), writerOf: () => Promise.resolve(undefined) }
  return { clock, guards: createGuards({ clock, folder, graceMs: GRACE_MS, allowMassDelete: false }) }
}

/** Three bottles; the first is deleted, the others go within the minute and are held. */
const heldPair = async (): Promise<ReturnType<typeof make>> => {
  const { clock, guards } = make()
  guards.missing('a')
  await clock.advance(GRACE_MS)
  assert.is((await guards.rule('a', { bottles: 3, file: 'a.yaml', massHeld: false })).verdict, 'delete')
  guards.decided('a')
  for (const name of ['b', 'c']) guards.missing(name)
  await clock.advance(GRACE_MS)
  for (const name of ['b', 'c'])
    assert.is((await guards.rule(name, { bottles: 2, file: 'a.yaml', massHeld: false })).verdict, 'held')
  return { clock, guards }
}

test('a mass deletion that began one by one stays held after its minute', async () => {
  const { clock, guards } = await heldPair()
  await clock.advance(600_000)
  for (const name of ['b', 'c'])
    assert.is((await guards.rule(name, { bottles: 2, file: 'a.yaml', massHeld: true })).verdict, 'held')
  assert.equal(guards.confirmAll(), ['b', 'c'])
  for (const name of ['b', 'c'])
    assert.is((await guards.rule(name, { bottles: 2, file: 'a.yaml', massHeld: true })).verdict, 'delete')
})

test('a mass deletion ends when the documents are back, and a later deletion counts alone', async () => {
  const { clock, guards } = await heldPair()
  for (const name of ['b', 'c']) guards.seen(name)
  await clock.advance(60_000)
  guards.missing('b')
  await clock.advance(GRACE_MS)
  assert.is((await guards.rule('b', { bottles: 2, file: 'a.yaml', massHeld: false })).verdict, 'delete')
})

test('a bottle that a person names out of a held mass does not release the rest', async () => {
  const { clock, guards } = make()
  for (const name of ['a', 'b', 'c']) guards.missing(name)
  await clock.advance(GRACE_MS)
  for (const name of ['a', 'b', 'c'])
    assert.is((await guards.rule(name, { bottles: 4, file: 'a.yaml', massHeld: false })).verdict, 'held')
  guards.confirm('a')
  assert.is((await guards.rule('a', { bottles: 4, file: 'a.yaml', massHeld: false })).verdict, 'delete')
  guards.decided('a')
  await clock.advance(600_000)
  for (const name of ['b', 'c'])
    assert.is((await guards.rule(name, { bottles: 3, file: 'a.yaml', massHeld: true })).verdict, 'held')
  assert.equal(guards.confirmAll(), ['b', 'c'])
  for (const name of ['b', 'c']) {
    assert.is((await guards.rule(name, { bottles: 3, file: 'a.yaml', massHeld: false })).verdict, 'delete')
    guards.decided(name)
  }
  guards.missing('d')
  await clock.advance(GRACE_MS)
  assert.is(
    (await guards.rule('d', { bottles: 1, file: 'a.yaml', massHeld: false })).verdict,
    'delete',
    'a confirmed deletion is not a sign of an accident',
  )
})

test('a restarted controller holds what was held, even if it sees fewer missing', async () => {
  const { clock, guards } = make()
  guards.missing('c')
  await clock.advance(GRACE_MS)
  const ruling = await guards.rule('c', { bottles: 1, file: 'a.yaml', massHeld: true })
  assert.is(ruling.verdict === 'held' && ruling.reason, 'MassDeletion')
  guards.confirm('c')
  assert.is((await guards.rule('c', { bottles: 1, file: 'a.yaml', massHeld: true })).verdict, 'delete')
})

test('a bottle that goes again and again counts once', async () => {
  const { clock, guards } = make()
  for (const _ of [1, 2, 3, 4]) {
    guards.missing('a')
    await clock.advance(GRACE_MS)
    assert.is((await guards.rule('a', { bottles: 2, file: 'a.yaml', massHeld: false })).verdict, 'delete')
    guards.decided('a')
    guards.seen('a')
  }
})

test('deletions more than a minute apart are not a mass deletion', async () => {
  const { clock, guards } = make()
  for (const [name, bottles] of [
    ['a', 3],
    ['b', 2],
    ['c', 1],
  ] as const) {
    guards.missing(name)
    await clock.advance(GRACE_MS)
    assert.is((await guards.rule(name, { bottles, file: 'a.yaml', massHeld: false })).verdict, 'delete')
    guards.decided(name)
    await clock.advance(60_000)
  }
})

test.run()
