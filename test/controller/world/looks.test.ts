import * as assert from 'uvu/assert'
import { createLooks } from '../../../controller/world/looks.ts'
import type { BottleRecord, Drivers, Machine } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'
import { aMachine } from '../../parts/plans.ts'

const test = suite('looks')

const make = (records: Readonly<Record<string, Partial<BottleRecord>>> = {}, listed: readonly string[] = []) => {
  const seen: (readonly [string, Machine | undefined])[] = []
  let answer: (found: Machine | undefined) => void = () => {}
  const asked: string[] = []
  const machines = {
    find: (name: string) => {
      asked.push(name)
      return new Promise<Machine | undefined>((resolve) => (answer = resolve))
    },
  }
  const looks = createLooks(
    { machines, records: { read: (identity: string) => records[identity] } } as unknown as Drivers,
    {
      machine: (name) => (listed.includes(name) ? aMachine({ name }) : undefined),
      seeMachine: (name, found) => void seen.push([name, found]),
    },
  )
  return {
    looks,
    seen,
    asked,
    look: async (name: string, found: Machine | undefined) => {
      const looked = looks.live.machines.find(name)
      answer(found)
      return looked
    },
    begin: (name: string) => {
      const looked = looks.live.machines.find(name)
      const answerIt = answer
      return async (found: Machine | undefined) => {
        answerIt(found)
        await looked
      }
    },
  }
}

test('what a look finds is told, and given to who asked', async () => {
  const { look, seen } = make()
  assert.equal(await look('a', aMachine()), aMachine())
  assert.is(await look('b', undefined), undefined)
  assert.equal(seen, [
    ['a', aMachine()],
    ['b', undefined],
  ])
})

test('a list that began before a look ended says nothing of that machine', async () => {
  const { look, begin, looks } = make()
  const ended = begin('slow')
  const isOlder = looks.listing()
  assert.equal([isOlder('a'), isOlder('slow')], [false, false])
  await look('a', aMachine())
  await ended(aMachine())
  assert.equal([isOlder('a'), isOlder('slow'), isOlder('b')], [true, true, false])
  const next = looks.listing()
  assert.equal([next('a'), next('slow')], [false, false])
})

test('a machine that its record never announced and no list has shown is not looked for', async () => {
  const announced = { machine: { envKeys: [], restartHash: '', workspaceCopied: false } }
  for (const [what, name, records, listed, isAsked] of [
    ['new', 'bottle-web', { web: {} }, [], false],
    ['announced', 'bottle-web', { web: announced }, [], true],
    ['listed', 'bottle-web', { web: {} }, ['bottle-web'], true],
    ['without a record', 'bottle-web', {}, [], true],
    ["another's", 'web', { web: {} }, [], true],
  ] as const) {
    const { look, asked, seen } = make(records, listed)
    assert.equal(await look(name, undefined), undefined, what)
    assert.equal([asked.length, seen.length], isAsked ? [1, 1] : [0, 0], what)
  }
})

test('a look that fails tells nothing', async () => {
  const seen: string[] = []
  const machines = { find: () => Promise.reject(new Error('no')) }
  const looks = createLooks({ machines, records: { read: () => undefined } } as unknown as Drivers, {
    machine: () => undefined,
    seeMachine: (name) => void seen.push(name),
  })
  const isOlder = looks.listing()
  await looks.live.machines.find('a').catch(() => undefined)
  assert.equal([seen, isOlder('a')], [[], false])
})

test.run()
