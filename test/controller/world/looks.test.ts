import * as assert from 'uvu/assert'
import { createLooks } from '../../../controller/world/looks.ts'
import type { Drivers, Machine } from '../../../drivers/ports.ts'
import { suite } from '../../helpers/suite.ts'
import { aMachine } from '../../parts/plans.ts'

const test = suite('looks')

const make = () => {
  const seen: (readonly [string, Machine | undefined])[] = []
  let answer: (found: Machine | undefined) => void = () => {}
  const machines = { find: () => new Promise<Machine | undefined>((resolve) => (answer = resolve)) }
  const looks = createLooks({ machines } as unknown as Drivers, (name, found) => seen.push([name, found]))
  return {
    looks,
    seen,
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

test('a look that fails tells nothing', async () => {
  const seen: string[] = []
  const machines = { find: () => Promise.reject(new Error('no')) }
  const looks = createLooks({ machines } as unknown as Drivers, (name) => seen.push(name))
  const isOlder = looks.listing()
  await looks.live.machines.find('a').catch(() => undefined)
  assert.equal([seen, isOlder('a')], [[], false])
})

test.run()
