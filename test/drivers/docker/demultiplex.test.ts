import { PassThrough, Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { demultiplex, pour } from '../../../drivers/docker/demultiplex.ts'
import { suite } from '../../helpers/suite.ts'
import { frame } from './frame.ts'

const test = suite('demultiplex')

const read = async (chunks: readonly Buffer[], isFramed?: boolean): Promise<{ stdout: string; stderr: string }> => {
  const said = { stdout: '', stderr: '' }
  const write = (from: 'stdout' | 'stderr', bytes: Buffer): undefined => void (said[from] += bytes.toString())
  await demultiplex(Readable.from(chunks), write, isFramed)
  return said
}

test('frames are separated, wherever they are cut', async () => {
  const whole = Buffer.concat([frame('one\n'), frame('two\n', 2), frame(''), frame('three\n')])
  for (let size = 1; size <= whole.length; size += 1) {
    const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
      whole.subarray(at * size, (at + 1) * size),
    )
    assert.equal(await read(chunks), { stdout: 'one\nthree\n', stderr: 'two\n' }, `chunks of ${size}`)
  }
})

test('unframed output is stdout, however short', async () => {
  assert.equal(await read([Buffer.from('plain text of a terminal\n')]), {
    stdout: 'plain text of a terminal\n',
    stderr: '',
  })
  assert.equal(await read([Buffer.from('hi\n')]), { stdout: 'hi\n', stderr: '' })
  assert.equal(await read([frame('x', 2)], false), { stdout: frame('x', 2).toString(), stderr: '' })
  assert.equal(await read([]), { stdout: '', stderr: '' })
})

test('a chunk may hold thousands of frames', async () => {
  const { stdout } = await read([Buffer.concat(Array.from({ length: 20_000 }, () => frame('\n')))])
  assert.is(stdout.length, 20_000)
})

test('a slow reader is waited for, until the signal ends it', async () => {
  const slow = new PassThrough({ highWaterMark: 4 })
  const stop = new AbortController()
  const chunks = Array.from({ length: 10 }, () => frame('four'))
  const pouring = demultiplex(Readable.from(chunks), (_, bytes) => pour(bytes, slow, stop.signal))
  for (let turns = 0; turns < 20; turns += 1) await turn()
  assert.is(slow.writableLength + slow.readableLength <= 12, true)
  slow.read()
  for (let turns = 0; turns < 20; turns += 1) await turn()
  stop.abort()
  assert.match(String(await pouring.catch((error: unknown) => error)), /AbortError/)
})

test.run()
