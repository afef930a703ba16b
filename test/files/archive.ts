import { gzipSync } from 'node:zlib'

/** The least that smolvm and bottled take for an archive: one file in a tar, which a text tells from another. */
export const tarOf = (text: string): Buffer => {
  const header = Buffer.alloc(512)
  const put = (at: number, value: string): void => void header.write(value, at, 'latin1')
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')
  put(0, 'file')
  put(100, `${octal(0o644, 7)}\0`)
  put(108, `${octal(0, 7)}\0`)
  put(116, `${octal(0, 7)}\0`)
  put(124, `${octal(Buffer.byteLength(text), 11)}\0`)
  put(136, `${octal(0, 11)}\0`)
  put(148, '        ')
  put(156, '0')
  put(257, 'ustar\x0000')
  put(
    148,
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
  )
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512)
  body.write(text)
  return Buffer.concat([header, body, Buffer.alloc(1_024)])
}

export const tarGzOf = (text: string): Buffer => gzipSync(tarOf(text))

/** Only the end of a pack: what bottled looks at. */
export const packOf = (text: string): Buffer =>
  Buffer.concat([Buffer.from(text), Buffer.alloc(64).fill('SMOLPACK', 0, 8)])
