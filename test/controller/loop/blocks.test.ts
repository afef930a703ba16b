import * as assert from 'uvu/assert'
import { createBlocks } from '../../../controller/loop/blocks.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('blocks')
const named = (letter: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${letter}${String(at).padStart(3, '0')}`)

const make = () => {
  const log: string[] = []
  const patiences = new Set<unknown>()
  const waiting: (() => void)[] = []
  const blocks = createBlocks({
    isPresent: (name) => !name.startsWith('g'),
    isKnown: (name) => name.startsWith('k'),
    admit: async (names, patience) => {
      patiences.add(patience)
      log.push(`admit ${names[0]} + ${names.length - 1}`)
      await new Promise<void>((resolve) => waiting.push(resolve))
    },
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const admitted = async (): Promise<void> => {
    waiting.shift()?.()
    await settle()
  }
  const take = (names: readonly string[]) =>
    blocks.take(names, (block) => log.push(`serve ${block[0]} + ${block.length - 1}`))
  return { log, patiences, stop: blocks.stop, take, admitted, settle }
}

test('who is gone comes together and first, who is known next, new ones by name, in blocks that grow, each served before the next', async () => {
  const { log, patiences, take, admitted, settle } = make()
  const done = take([...named('n', 70).toReversed(), ...named('k', 100), ...named('g', 50)])
  await settle()
  assert.equal(log, ['admit g000 + 49'])
  for (let block = 0; block < 8; block++) await admitted()
  await done
  assert.equal(log, [
    'admit g000 + 49',
    'serve g000 + 49',
    'admit k000 + 99',
    'serve k000 + 99',
    'admit n000 + 1',
    'serve n000 + 1',
    'admit n002 + 3',
    'serve n002 + 3',
    'admit n006 + 7',
    'serve n006 + 7',
    'admit n014 + 15',
    'serve n014 + 15',
    'admit n030 + 31',
    'serve n030 + 31',
    'admit n062 + 7',
    'serve n062 + 7',
  ])
  // A path that hangs holds up all blocks together no longer than one.
  assert.is(patiences.size, 1)
})

test('an edit during the start of many waits for one block at most', async () => {
  const { log, take, admitted, settle } = make()
  void take(named('n', 1_000))
  await settle()
  void take(['k007'])
  await settle()
  await admitted()
  await admitted()
  assert.ok(log.includes('serve k007 + 0'), log.join(', '))
  assert.ok(log.filter((line) => line.startsWith('admit n')).length <= 2)
})

test('after a stop no further block is admitted or served; the one that is being admitted is waited for', async () => {
  const { log, stop, take, admitted, settle } = make()
  void take(named('n', 100))
  void take(['n200'])
  await settle()
  let stopped = false
  void stop().then(() => (stopped = true))
  await settle()
  assert.not(stopped)
  await admitted()
  await settle()
  assert.ok(stopped)
  assert.equal(log, ['admit n000 + 1'])
})

test('no two blocks are admitted at once', async () => {
  const { log, take, settle } = make()
  void take(['n001'])
  void take(['n002'])
  await settle()
  assert.equal(log, ['admit n001 + 0'])
})

test.run()
