/** The text at the end of a container's log. Pure. */

const HEADER = 8

/** Docker frames what it multiplexes: one byte of stream, three of nothing, four of length. */
export const logText = (bytes: Buffer): string => {
  const parts: Buffer[] = []
  let at = 0
  while (at + HEADER <= bytes.length) {
    const framed = bytes.readUInt8(at) <= 2 && bytes.readUIntBE(at + 1, 3) === 0
    if (!framed) return bytes.toString('utf8')
    const end = at + HEADER + bytes.readUInt32BE(at + 4)
    parts.push(bytes.subarray(at + HEADER, end))
    at = end
  }
  return at === 0 ? bytes.toString('utf8') : Buffer.concat(parts).toString('utf8')
}

/** At most `limit` bytes of the end, from a line's start if there is one, without control characters. */
export const tailOf = (text: string, limit: number): string => {
  const clean = withoutControls(text).trimEnd()
  const bytes = Buffer.from(clean)
  if (bytes.length <= limit) return clean
  const cut = bytes
    .subarray(bytes.length - limit)
    .toString('utf8')
    .replace(/^\uFFFD+/, '')
  const line = cut.indexOf('\n')
  return line === -1 ? cut : cut.slice(line + 1)
}

/** Colours and cursor movements go whole, other control characters but tab and newline one by one. */
const withoutControls = (text: string): string =>
  text.replace(/\p{Cc}\[[0-9;?]*[A-Za-z]/gu, '').replace(/[^\P{Cc}\t\n]/gu, '')
