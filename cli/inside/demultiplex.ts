import type { Readable } from 'node:stream'

/** Docker's framed stream of stdout and stderr, taken apart as it comes; an unframed one (a TTY's) is stdout. */
export const demultiplex = async (
  stream: Readable,
  write: (from: 'stdout' | 'stderr', bytes: Buffer) => void,
  /** Where it is known. */
  isFramed?: boolean,
): Promise<void> => {
  let rest: Buffer = Buffer.alloc(0)
  let framed = isFramed
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk as Buffer])
    if (rest.length < HEADER && framed !== false) continue
    framed ??= rest.readUInt8(0) <= 2 && rest.readUIntBE(1, 3) === 0
    if (!framed) {
      write('stdout', rest)
      rest = Buffer.alloc(0)
      continue
    }
    while (rest.length >= HEADER && rest.length >= HEADER + rest.readUInt32BE(4)) {
      const end = HEADER + rest.readUInt32BE(4)
      write(rest.readUInt8(0) === 2 ? 'stderr' : 'stdout', rest.subarray(HEADER, end))
      rest = rest.subarray(end)
    }
  }
  if (rest.length > 0 && framed !== true) write('stdout', rest)
}

const HEADER = 8
