import * as assert from 'uvu/assert'
import { createKnownFacts } from '../../../controller/world/known-facts.ts'
import type { Container, ContainerFacts } from '../../../drivers/ports.ts'
import { aContainer, createCalls } from '../../parts/plans.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('known facts')
const facts = (pids: number): ContainerFacts => ({ pids }) as ContainerFacts
const listed = aContainer({ state: 'paused' })

const make = (found: () => Container | undefined | Promise<Container | undefined>) => {
  const { drivers, calls } = createCalls({ 'containers.find': found })
  const { networks, containers } = drivers
  return {
    known: createKnownFacts({ ...drivers, networks, containers: { ...containers, find: containers.find } }),
    calls,
  }
}

test('an inspect for each that is new, and none after it', async () => {
  const { known, calls } = make(() => aContainer({ facts: facts(1) }))
  for (let look = 0; look < 3; look++) assert.equal(await known.complete(listed), { ...listed, facts: facts(1) })
  assert.is(calls.length, 1)
})

test('what the live drivers inspect is known, too', async () => {
  const { known, calls } = make(() => aContainer({ facts: facts(1) }))
  assert.equal(await known.live.containers.find('bottle-web-bundle'), aContainer({ facts: facts(1) }))
  assert.equal(await known.complete(listed), { ...listed, facts: facts(1) })
  assert.is(calls.length, 1)
})

test('the start of a run is known until it is in doubt, and not of one that does not run', async () => {
  let startedAt = 'first'
  const running = { ...listed, state: 'running' as const }
  const { known } = make(() => aContainer({ state: 'running', startedAt, facts: facts(1) }))
  assert.is((await known.complete(running)).startedAt, 'first')
  startedAt = 'second'
  assert.is((await known.complete(running)).startedAt, 'first')
  known.forget('c1')
  assert.is((await known.complete(running)).startedAt, 'second')
  assert.is((await known.complete(listed)).startedAt, undefined)
  const before = known.of(listed)
  startedAt = 'third'
  await known.live.containers.find('bottle-web-bundle')
  assert.is.not(known.of(listed), before, 'a pass must not end before it begins')
})

test('facts stay the same object until others are seen', async () => {
  let seen = aContainer({ facts: facts(1) })
  const { known } = make(() => seen)
  const look = async () => {
    await known.live.containers.find('bottle-web-bundle')
    return known.of(listed)
  }
  const first = await look()
  seen = aContainer({ facts: facts(1) })
  assert.is(await look(), first)
  seen = aContainer({ facts: facts(2) })
  assert.equal(await look(), facts(2))
})

test('what is forgotten is inspected again: one, or all', async () => {
  const { known, calls } = make(() => aContainer({ facts: facts(1) }))
  await known.complete(listed)
  known.forget('c9')
  await known.complete(listed)
  assert.is(calls.length, 1)
  known.forget('c1')
  await known.complete(listed)
  assert.is(calls.length, 2)
  known.forgetAll()
  await known.complete(listed)
  assert.is(calls.length, 3)
})

test('of another container of the name nothing is known, and nothing is taken', async () => {
  let found: Container | undefined = aContainer({ facts: facts(1) })
  const { known, calls } = make(() => found)
  await known.complete(listed)
  const next = aContainer({ id: 'c2' })
  assert.equal(await known.complete(next), next, 'the list is ahead of the inspect')
  found = aContainer({ id: 'c2', facts: facts(2) })
  assert.equal(await known.complete(next), { ...next, facts: facts(2) })
  assert.equal(await known.complete(next), { ...next, facts: facts(2) })
  assert.is(calls.length, 3)
  found = undefined
  assert.equal(await known.complete(listed), listed)
  found = aContainer()
  assert.equal(await known.complete(listed), listed, 'an inspect without facts')
})

test('an inspect that began before something was forgotten says nothing for later', async () => {
  for (const forget of ['forget', 'forgetAll'] as const) {
    let answer: (found: Container) => void = () => {}
    const { known, calls } = make(() => new Promise<Container>((resolve) => (answer = resolve)))
    const first = known.complete(listed)
    known[forget]('c1')
    answer(aContainer({ facts: facts(1) }))
    assert.equal(await first, { ...listed, facts: facts(1) })
    const second = known.complete(listed)
    answer(aContainer({ facts: facts(2) }))
    assert.equal(await second, { ...listed, facts: facts(2) })
    assert.is(calls.length, 2)
  }
})

test.run()
