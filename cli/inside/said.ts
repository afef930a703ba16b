import { Writable } from 'node:stream'
import type { Readable } from 'node:stream'

const MOST_SAID = 4_096

/** What a program says on the side: the beginning of it, however long it goes on. */
export const createSaid = () => {
  let text = ''
  const add = (chunk: Buffer): void => {
    if (text.length < MOST_SAID) text += chunk.toString()
  }
  return {
    text: (): string => text.slice(0, MOST_SAID).trim(),
    listen: (stream: Readable): void => void stream.on('data', add),
    stream: (): Writable =>
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          add(chunk)
          done()
        },
      }),
  }
}
