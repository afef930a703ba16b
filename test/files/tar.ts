/** Tar archives, also such as no honest program writes: each field can be set to any bytes. */
export interface Entry {
  readonly name: string | Buffer
  /** One character; a file. */
  readonly type?: string
  readonly content?: string | Buffer
  readonly link?: string
  readonly mode?: number
  readonly mtime?: number
  /** What the header says instead of the content's length. */
  readonly size?: number | Buffer
  readonly prefix?: string
  readonly magic?: string
  /** Bytes to write over the header before its checksum is made. */
  readonly patch?: readonly (readonly [offset: number, bytes: Buffer])[]
  readonly checksum?: number
}

const BLOCK = 512

export const entry = (given: Entry): Buffer => {
  const {
    name,
    type = '0',
    link = '',
    mode = 0o644,
    mtime = 1_700_000_000,
    prefix = '',
    magic = 'ustar\u000000',
  } = given
  const content = Buffer.from(given.content ?? '')
  const header = Buffer.alloc(BLOCK)
  const put = (offset: number, bytes: Buffer | string): void => header.set(Buffer.from(bytes), offset)
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`
  put(0, Buffer.from(name).subarray(0, 100))
  put(100, octal(mode, 8))
  put(108, octal(0, 8))
  put(116, octal(0, 8))
  put(124, Buffer.isBuffer(given.size) ? given.size : octal(given.size ?? content.length, 12))
  put(136, octal(mtime, 12))
  put(156, type)
  put(157, Buffer.from(link).subarray(0, 100))
  put(257, magic)
  put(345, prefix)
  for (const [offset, bytes] of given.patch ?? []) put(offset, bytes)
  put(148, '        ')
  put(148, octal(given.checksum ?? header.reduce((sum, byte) => sum + byte, 0), 7) + ' ')
  return Buffer.concat([header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)])
}

/** A pax header for the next entry, or (`g`) for all. */
export const pax = (records: Readonly<Record<string, string>>, type: 'x' | 'g' = 'x'): Buffer =>
  entry({
    name: 'pax',
    type,
    content: Buffer.concat(Object.entries(records).map(([key, value]) => record(`${key}=${value}\n`))),
  })

const record = (text: string): Buffer => {
  const length = Buffer.byteLength(text) + 1
  let total = length + String(length).length
  if (String(total).length > String(length).length) total = length + String(total).length
  return Buffer.from(`${total} ${text}`)
}

/** GNU's long name (`L`) or link (`K`) for the next entry. */
export const long = (name: string, type: 'L' | 'K' = 'L'): Buffer =>
  entry({ name: '././@LongLink', type, content: `${name}\0`, magic: 'ustar  \0' })

export const END = Buffer.alloc(2 * BLOCK)

export const tar = (...parts: readonly (Entry | Buffer)[]): Buffer =>
  Buffer.concat([...parts.map((part) => (Buffer.isBuffer(part) ? part : entry(part))), END])
