import * as assert from 'uvu/assert'
import { readObjects } from '../../../bundle/gate/read-objects.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('objects of cat-file')

const read = async (text: string, size: number): Promise<readonly string[]> => {
  const bytes = Buffer.from(text)
  const chunks = async function* (): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const found: string[] = []
  for await (const { id, type, bytes: content } of readObjects(chunks()))
    found.push(`${id} ${type} ${content.toString()}`)
  return found
}

test('objects are read, however their stream is cut', async () => {
  const text = 'ab blob 3\nx\ny\ncd commit 0\n\nef blob 5\n12345\n'
  for (const size of [1, 2, 3, 5, 7, 100])
    assert.equal(await read(text, size), ['ab blob x\ny', 'cd commit ', 'ef blob 12345'], String(size))
  assert.equal(await read('', 1), [])
})

test('what ends early, or is no object, is an error', async () => {
  for (const text of ['ab blob 3\nx', 'ab missing\n', 'ab blob 1\nx\nzz', `${'a'.repeat(600)}`, 'ab blob -1\n\n'])
    assert.ok(
      await read(text, 4).then(
        () => false,
        () => true,
      ),
      text,
    )
})

test.run()
