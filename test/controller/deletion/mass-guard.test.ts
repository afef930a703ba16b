import * as assert from 'uvu/assert'
import { createGuards } from '../../../controller/deletion/mass-guard.ts'
import type { Guards } from '../../../controller/deletion/mass-guard.ts'
import { createFakeClock } from '../../helpers/fake-clock.ts'
import type { FakeClock } from '../../helpers/fake-clock.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('guards')
const GRACE_MS = 2_000

const make = (
  options: {
    readonly git?: () => string | undefined
    readonly writerOf?: (file: string) => string | undefined
    readonly allowMassDelete?: boolean
  } = {},
): { readonly clock: FakeClock; readonly guards: Guards } => {
  const clock = createFakeClock()
  const { git = () => undefined, writerOf = () => undefined, allowMassDelete = false } = options
  const surroundings = { gitAtWork: async () => git(), writerOf: async (file: string) => writerOf(file) }
  return { clock, guards: createGuards({ clock, surroundings, graceMs: GRACE_MS, allowMassDelete }) }
}

test('a person who confirms one that nobody was seen to delete lets it go; so does the source where it knows better', async () => {
  const clock = createFakeClock()
  let why: string | undefined = 'its object is gone'
  const surroundings = {
    gitAtWork: async () => undefined,
    writerOf: async () => undefined,
    unseen: () => why,
    isConfirmed: (name: string) => name === 'c',
    confirmBy: (name: string) => `confirm ${name}`,
  }
  const guards = createGuards({ clock, surroundings, graceMs: 0, allowMassDelete: true })
  const rule = async (name: string) => (await guards.rule(name, { bottles: 9, file: '', massHeld: false })).verdict
  assert.is(await rule('a'), 'held')
  assert.equal(guards.held(), ['a'])
  guards.confirm('a')
  assert.is(await rule('a'), 'delete')
  why = undefined
  assert.is(await rule('b'), 'delete')
  const strict = createGuards({ clock, surroundings, graceMs: 0, allowMassDelete: false })
  const held = { bottles: 9, file: '', massHeld: true }
  assert.match(JSON.stringify(await strict.rule('b', held)), /MassDeletion.*until: confirm b/)
  assert.is((await strict.rule('c', held)).verdict, 'delete')
})

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

test('the grace counts from when a document was first missed, and begins again when it was back', async () => {
  const { clock, guards } = make()
  const rule = () => guards.rule('a', { bottles: 9, file: 'a.yaml', massHeld: false })
  assert.equal(await rule(), { verdict: 'grace', leftMs: GRACE_MS })
  await clock.advance(500)
  guards.missing('a')
  assert.equal(await rule(), { verdict: 'grace', leftMs: 1_500 })
  guards.seen('a')
  await clock.advance(1_000)
  assert.equal(await rule(), { verdict: 'grace', leftMs: GRACE_MS })
  await clock.advance(GRACE_MS)
  assert.is((await rule()).verdict, 'delete')
})

test('git is asked only when the grace is over, and holds while it is at work', async () => {
  let asked = 0
  let git: string | undefined = 'rebase-merge'
  const { clock, guards } = make({
    git: () => {
      asked += 1
      return git
    },
  })
  const rule = () => guards.rule('a', { bottles: 9, file: 'a.yaml', massHeld: false })
  assert.is((await rule()).verdict, 'grace')
  assert.is(asked, 0)
  await clock.advance(GRACE_MS)
  const ruling = await rule()
  assert.is(ruling.verdict === 'held' && ruling.reason, 'GitAtWork')
  assert.equal([asked, guards.held(), guards.waiting()], [1, ['a'], false])
  git = undefined
  assert.is((await rule()).verdict, 'delete')
  assert.equal([guards.held(), guards.waiting()], [[], true])
})

test('what waits, what is held, and what a person said', async () => {
  const { clock, guards } = make()
  assert.equal([guards.waiting(), guards.held(), guards.confirmAll()], [false, [], []])
  for (const name of ['c', 'b', 'a']) guards.missing(name)
  assert.is(guards.waiting(), true)
  await clock.advance(GRACE_MS)
  for (const name of ['c', 'b', 'a']) {
    assert.is(guards.waiting(), true, `${name} isn't ruled on yet`)
    await guards.rule(name, { bottles: 3, file: 'a.yaml', massHeld: false })
  }
  assert.equal([guards.waiting(), guards.held()], [false, ['a', 'b', 'c']])
  assert.equal(guards.confirmAll(), ['a', 'b', 'c'])
  await guards.rule('a', { bottles: 3, file: 'a.yaml', massHeld: false })
  assert.equal([guards.waiting(), guards.held()], [false, ['b', 'c']])
  guards.missing('d')
  assert.is(guards.waiting(), true)
  guards.confirm('d')
  assert.is(guards.waiting(), false)
})

test('a document that is back takes its confirmation with it', async () => {
  const { clock, guards } = make()
  const rule = async (name: string): Promise<string> =>
    (await guards.rule(name, { bottles: 3, file: 'a.yaml', massHeld: false })).verdict
  for (const name of ['a', 'b', 'c']) guards.missing(name)
  await clock.advance(GRACE_MS)
  guards.confirm('a')
  guards.seen('a')
  assert.is(guards.held().includes('a'), false)
  guards.missing('a')
  await clock.advance(GRACE_MS)
  assert.equal([await rule('a'), await rule('b')], ['held', 'held'])
  guards.seen('a')
  assert.equal(guards.held(), ['b'])
})

test('a deletion that git held back is no part of a mass', async () => {
  let git: string | undefined = 'merge'
  const { clock, guards } = make({ git: () => git })
  for (const name of ['a', 'b']) guards.missing(name)
  await clock.advance(GRACE_MS)
  for (const name of ['a', 'b']) await guards.rule(name, { bottles: 9, file: 'a.yaml', massHeld: false })
  git = undefined
  guards.confirm('a')
  guards.decided('a')
  // The confirmed one doesn't count: of four, three would.
  guards.missing('c')
  await clock.advance(GRACE_MS)
  assert.is((await guards.rule('b', { bottles: 3, file: 'a.yaml', massHeld: false })).verdict, 'delete')
})

test('one that a person names out of a held mass counts on for the rest, within the minute, until all are confirmed', async () => {
  const rest = async (confirmAll: boolean): Promise<string> => {
    const { clock, guards } = make()
    for (const name of ['a', 'b', 'c']) guards.missing(name)
    await clock.advance(GRACE_MS)
    for (const name of ['a', 'b', 'c']) await guards.rule(name, { bottles: 4, file: 'a.yaml', massHeld: false })
    for (const name of confirmAll ? ['a', 'b', 'c'] : ['a']) guards.confirm(name)
    guards.decided('a')
    if (confirmAll) for (const name of ['b', 'c']) guards.decided(name)
    else return (await guards.rule('b', { bottles: 3, file: 'a.yaml', massHeld: false })).verdict
    guards.missing('d')
    guards.missing('e')
    await clock.advance(GRACE_MS)
    return (await guards.rule('d', { bottles: 2, file: 'a.yaml', massHeld: false })).verdict
  }
  assert.is(await rest(false), 'held')
  assert.is(await rest(true), 'delete')
})

test('--allow-mass-delete lets all go', async () => {
  const { clock, guards } = make({ allowMassDelete: true })
  for (const name of ['a', 'b', 'c']) guards.missing(name)
  await clock.advance(GRACE_MS)
  for (const name of ['a', 'b', 'c'])
    assert.is((await guards.rule(name, { bottles: 3, file: 'a.yaml', massHeld: true })).verdict, 'delete')
})

test('a deletion counts for just under a minute', async () => {
  for (const [laterMs, verdict] of [
    [59_999, 'held'],
    [60_000, 'delete'],
  ] as const) {
    const { clock, guards } = make()
    for (const name of ['a', 'b', 'c']) guards.missing(name)
    await clock.advance(GRACE_MS)
    guards.decided('a')
    await clock.advance(laterMs)
    // With the first still in mind they are three of three.
    assert.is((await guards.rule('b', { bottles: 2, file: 'a.yaml', massHeld: false })).verdict, verdict, `${laterMs}`)
  }
})

test('who has the file open for writing is asked only when the grace is over, and holds', async () => {
  const asked: string[] = []
  const { clock, guards } = make({
    writerOf: (file) => {
      asked.push(file)
      return 'make (7)'
    },
  })
  const rule = () => guards.rule('a', { bottles: 9, file: 'sub/a.yaml', massHeld: false })
  assert.is((await rule()).verdict, 'grace')
  assert.equal(asked, [])
  await clock.advance(GRACE_MS)
  const ruling = await rule()
  assert.equal([ruling.verdict === 'held' && ruling.reason, asked], ['FileOpen', ['sub/a.yaml']])
})

test('of a parked bottle only git and a writer hold the end', async () => {
  let git: string | undefined = 'merge'
  let writer: string | undefined = 'make (7)'
  const { guards } = make({ git: () => git, writerOf: (file) => (file === 'a.yaml' ? writer : undefined) })
  const end = async (file = 'a.yaml'): Promise<string> => {
    const ruling = await guards.ruleParked(file)
    return ruling.verdict === 'held' ? ruling.reason : ruling.verdict
  }
  assert.is(await end(), 'GitAtWork')
  git = undefined
  assert.is(await end(), 'FileOpen')
  assert.is(await end('b.yaml'), 'delete')
  writer = undefined
  for (const name of ['a', 'b', 'c']) guards.missing(name)
  assert.is(await end(), 'delete')
})

test.run()
