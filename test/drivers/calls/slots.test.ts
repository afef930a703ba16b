import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { createSlots } from '../../../drivers/calls/slots.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('slots')

const setUp = (most: number, patienceMs: number) => {
  const slot = createSlots({ most, patienceMs })
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const run = (name: string): Promise<string> =>
    slot(
      () =>
        new Promise((resolve) => {
          begun.push(name)
          ends.set(name, () => resolve(name))
        }),
    )
  return { run, begun, end: (name: string) => ends.get(name)?.() }
}

test('so many run at once, and the rest wait in order', async () => {
  const { run, begun, end } = setUp(2, 60_000)
  const all = ['a', 'b', 'c', 'd'].map(run)
  await sleep(0)
  assert.equal(begun, ['a', 'b'])
  end('b')
  await sleep(0)
  assert.equal(begun, ['a', 'b', 'c'])
  end('a')
  await sleep(0)
  assert.equal(begun, ['a', 'b', 'c', 'd'])
  end('c')
  end('d')
  assert.equal(await Promise.all(all), ['a', 'b', 'c', 'd'])
})

test('who runs too long no longer counts; who ends early leaves room once', async () => {
  const { run, begun, end } = setUp(1, 50)
  const stalled = run('stalled')
  const quick = run('quick')
  while (begun.length < 2) await sleep(5)
  end('stalled')
  await stalled
  const third = run('third')
  await sleep(0)
  assert.equal(begun, ['stalled', 'quick'], 'its room was given away already')
  end('quick')
  await quick
  await sleep(0)
  end('third')
  await third
})

test('however many stall, there are at most eight times as many', async () => {
  const { run, begun } = setUp(1, 1)
  for (let n = 0; n < 20; n++) void run(String(n))
  while (begun.length < 8) await sleep(5)
  await sleep(50)
  assert.is(begun.length, 8)
})

test('work that fails leaves its room', async () => {
  const slot = createSlots({ most: 1, patienceMs: 60_000 })
  const error = await slot(() => Promise.reject(new Error('x'))).catch((thrown: unknown) => thrown)
  assert.instance(error, Error)
  assert.is(await slot(async () => 'next'), 'next')
})

test.run()
