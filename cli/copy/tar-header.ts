/**
 * The header blocks of a tar archive: ustar, pax and GNU. Pure.
 *
 * Guarantees: a block is understood whole or it throws `TarError`: a number is a count within JavaScript's exact range, and
 *   the checksum is right. Names stay bytes (as latin1 text), so that every name can be judged and written as it is.
 * Caveats: archives from before ustar (1988) are refused.
 */
export const BLOCK = 512

export class TarError extends Error {
  override readonly name: string = 'TarError'
}

/** The stream ended before the archive did. */
export class TarCutOff extends TarError {
  override readonly name = 'TarCutOff'
}

export interface TarHeader {
  /** Its bytes as latin1. */
  readonly name: string
  readonly linkName: string
  readonly size: number
  readonly mode: number
  /** Seconds. */
  readonly mtime: number
  /** One character. */
  readonly type: string
  /** GNU's old sparse form: so many further blocks of a map follow. */
  readonly mapFollows: boolean
}

/** undefined: a block of zeros, which ends an archive. */
export const readHeader = (block: Buffer): TarHeader | undefined => {
  if (block.every((byte) => byte === 0)) return undefined
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0)
  if (numberIn(block, 148, 8, 'checksum') !== sum) throw new TarError('a header has a wrong checksum')
  const magic = textIn(block, 257, 8)
  if (!magic.startsWith('ustar')) throw new TarError('a header is not of ustar, pax or GNU tar')
  const prefix = magic === 'ustar' ? textIn(block, 345, 155) : ''
  const name = textIn(block, 0, 100)
  const type = block.toString('latin1', 156, 157)
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: textIn(block, 157, 100),
    size: numberIn(block, 124, 12, 'size'),
    mode: numberIn(block, 100, 8, 'mode'),
    // Times before 1970 are written in several ways.
    mtime: orZero(() => numberIn(block, 136, 12, 'time')),
    type: type === '\0' ? '0' : type,
    mapFollows: type === 'S' && block.readUInt8(482) !== 0,
  }
}

/** Whether a further block of the map follows this one. */
export const mapGoesOn = (block: Buffer): boolean => block.readUInt8(504) !== 0

/** `LENGTH KEY=VALUE\n` records. */
export const readRecords = (bytes: Buffer): ReadonlyMap<string, string> => {
  const records = new Map<string, string>()
  for (let at = 0; at < bytes.length;) {
    const [, digits = ''] = /^(\d{1,7}) /.exec(bytes.toString('latin1', at, at + 8)) ?? []
    const end = at + Number(digits)
    const record = bytes.toString('latin1', at + digits.length + 1, end - 1)
    const equals = record.indexOf('=')
    if (digits === '' || end > bytes.length || bytes[end - 1] !== 0x0a || equals < 1)
      throw new TarError('a pax header has a record that is cut off or malformed')
    records.set(record.slice(0, equals), record.slice(equals + 1))
    at = end
  }
  return records
}

/** A number in a pax record. */
export const recordNumber = (text: string, what: string): number => {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value)) throw new TarError(`a pax header has an invalid ${what}`)
  return value
}

/** Up to the first NUL. */
export const textIn = (block: Buffer, from: number, length: number): string => {
  const text = block.toString('latin1', from, from + length)
  const end = text.indexOf('\0')
  return end === -1 ? text : text.slice(0, end)
}

/** Octal digits, or GNU's binary form for large numbers. */
const numberIn = (block: Buffer, from: number, length: number, what: string): number => {
  const field = block.subarray(from, from + length)
  const value = field[0] === 0x80 ? binary(field.subarray(1)) : octal(field.toString('latin1'))
  if (value === undefined || !Number.isSafeInteger(value)) throw new TarError(`a header has an invalid ${what}`)
  return value
}

const octal = (text: string): number | undefined => {
  const digits = /^ *([0-7]*)[ \0]*$/.exec(text)?.[1]
  return digits === undefined ? undefined : digits === '' ? 0 : Number.parseInt(digits, 8)
}

const binary = (bytes: Buffer): number => bytes.reduce((value, byte) => value * 256 + byte, 0)

const orZero = (work: () => number): number => {
  try {
    return work()
  } catch {
    return 0
  }
}
