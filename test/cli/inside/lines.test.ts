import * as assert from 'uvu/assert'
import { createLines } from '../../../cli/inside/lines.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('lines')

const read = (pieces: readonly (string | Buffer)[], most = 10): readonly (string | undefined)[] => {
  const lines = createLines(most)
  return [...pieces.flatMap((piece) => lines.push(Buffer.from(piece as string))), ...lines.end()]
}

test('lines come whole, wherever a piece ends, in a character too', () => {
  assert.equal(read(['a', 'b\nc', '\r\n\nd']), ['ab', 'c', '', 'd'])
  const bytes = Buffer.from('é\n')
  assert.equal(read([bytes.subarray(0, 1), bytes.subarray(1)]), ['é'])
})

test('a line that is too long is left out once, and the next is read', () => {
  assert.equal(read(['x'.repeat(11), 'y\nshort\n']), [undefined, 'short'])
  assert.equal(read(['x'.repeat(6), 'x'.repeat(6), 'x'.repeat(6), '\nok']), [undefined, 'ok'])
  assert.equal(read(['x'.repeat(11)]), [undefined])
  assert.equal(read(['x'.repeat(10), '\n']), ['x'.repeat(10)])
})

test.run()
