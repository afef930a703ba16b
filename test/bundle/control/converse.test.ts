import { PassThrough } from 'node:stream'
import * as assert from 'uvu/assert'
import { converse } from '../../../bundle/control/converse.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('converse')

const begin = (setting: { readonly mostBytes?: number; readonly idleMs?: number } = {}) => {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const asked: string[] = []
  const ended = converse(input, output, {
    ask: async (text) => {
      asked.push(text)
      return `re ${text}\n`
    },
    mostBytes: 16,
    ...setting,
  })
  return { input, output, asked, ended }
}

test('a line in is a line out, however it is cut, until the input ends', async () => {
  const { input, output, asked, ended } = begin()
  for (const part of ['on', 'e\ntwo\nth', 'ree\n', 'half']) input.write(part)
  input.end()
  await ended
  assert.equal(asked, ['one', 'two', 'three'])
  assert.is(String(output.read()), '\nre one\nre two\nre three\n')
})

test('a line that is longer than any message ends it, and so does a time without one', async () => {
  const long = begin()
  long.input.write(`ok\n${'x'.repeat(17)}`)
  await long.ended
  assert.equal(long.asked, ['ok'])
  const idle = begin({ idleMs: 1 })
  await idle.ended
  assert.ok(idle.input.destroyed)
})

test.run()
