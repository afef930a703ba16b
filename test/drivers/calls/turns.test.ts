import * as assert from 'uvu/assert'
import { createTurns } from '../../../drivers/calls/turns.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('turns')

const gate = (): { readonly open: () => void; readonly opened: Promise<void> } => {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { open: () => open(), opened }
}

test('work on one key runs in the requested order, work on another key in parallel', async () => {
  const turns = createTurns()
  const first = gate()
  const log: string[] = []
  const work = (name: string, until?: Promise<void>) => async (): Promise<string> => {
    log.push(`${name} begins`)
    await until
    log.push(`${name} ends`)
    return name
  }
  const all = [
    turns.take('a', work('one', first.opened)),
    turns.take('a', work('two')),
    turns.take('b', work('other')),
  ] as const
  assert.is(await all[2], 'other')
  assert.equal(log, ['one begins', 'other begins', 'other ends'])
  first.open()
  assert.equal(await Promise.all(all), ['one', 'two', 'other'])
  assert.equal(log.slice(3), ['one ends', 'two begins', 'two ends'])
})

test('failed work rejects for its caller, and the next one runs', async () => {
  const turns = createTurns()
  const failing = turns.take('a', () => Promise.reject(new Error('no')))
  const next = turns.take('a', async () => 7)
  assert.match(String(await failing.catch((error: unknown) => error)), /no/)
  assert.is(await next, 7)
})

test('the last work under way can be awaited, and a key is forgotten after it', async () => {
  const turns = createTurns()
  assert.is(turns.last('a'), undefined)
  let done = 0
  void turns.take('a', async () => void (done += 1))
  void turns.take('a', async () => void (done += 1))
  await turns.last('a')
  assert.is(done, 2)
  assert.is(turns.last('a'), undefined)
})

test.run()
