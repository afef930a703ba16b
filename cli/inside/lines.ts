import { StringDecoder } from 'node:string_decoder'

/**
 * Lines of a text that comes in pieces.
 *
 * Guarantees: memory is bounded: a line longer than `mostChars` comes as undefined, once, when it ends.
 */
export const createLines = (
  mostChars: number,
): { push(bytes: Buffer): readonly (string | undefined)[]; end(): readonly (string | undefined)[] } => {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let isTooLong = false
  const take = (text: string): readonly (string | undefined)[] => {
    const parts = text.split('\n')
    const last = parts.pop() ?? ''
    const found: (string | undefined)[] = []
    for (const part of parts) {
      const line = rest + part
      found.push(isTooLong || line.length > mostChars ? undefined : line.replace(/\r$/, ''))
      rest = ''
      isTooLong = false
    }
    if (isTooLong || rest.length + last.length > mostChars) {
      isTooLong = true
      rest = ''
    } else rest += last
    return found
  }
  return {
    push: (bytes) => take(decoder.write(bytes)),
    end: () => {
      const more = take(decoder.end())
      return isTooLong || rest !== '' ? [...more, isTooLong ? undefined : rest] : more
    },
  }
}
