import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** The Engine's streams have one JSON value per line, cut anywhere. A longer line can't be one of theirs. */
const LONGEST_LINE = 1024 * 1024

/** Yields each line's value. Throws what the stream throws, and SyntaxError. `onBytes` is called for each chunk. */
export const jsonLines = async function* <Value>(
  stream: Readable,
  onBytes: () => void = () => {},
): AsyncGenerator<Value> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of stream) {
    onBytes()
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw new SyntaxError('a line too long')
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as Value
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as Value
}
