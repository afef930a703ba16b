import { createHash } from 'node:crypto'

/**
 * The bytes of git's index (gitformat-index(5), versions 2 to 4): what git knows of files, changed in place. Pure.
 *
 * Guarantees: only the numbers that git had from `lstat` change, to 0, and the checksum; what isn't understood to the last
 *   byte is undefined, never changed. Nothing costs more than the length of the bytes.
 */
export interface IndexEntry {
  /** Where it begins. */
  readonly at: number
  /** Relative to the top, as bytes (latin1). */
  readonly path: string
  /** Of the file, modulo 2³²; 0: git compares the content. */
  readonly size: number
  /**
   * False: marked by a person (skip-worktree, assume-unchanged), only intended to be added, in a conflict, no file, or an
   * empty file, whose size 0 git believes.
   */
  readonly plain: boolean
}

export interface Index {
  readonly hash: 'sha1' | 'sha256'
  readonly entries: readonly IndexEntry[]
}

const HASHES = [
  ['sha1', 20, 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'],
  ['sha256', 32, '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813'],
] as const
type Hash = (typeof HASHES)[number]

const HEADER = 12
/** The ten numbers of `lstat` before the id of the content. */
const NUMBERS = 40
const MODE_AT = 24
const SIZE_AT = 36
const LONGEST_PATH = 4_096

/** The entries of the paths in `wanted`. */
export const readEntries = (bytes: Buffer, wanted: ReadonlySet<string> | 'all'): Index | undefined => {
  for (const hash of HASHES) {
    const found = isWhole(bytes, hash) ? parse(bytes, { hash, wanted }) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** With `index.skipHash` git writes zeros in place of the checksum. */
const isWhole = (bytes: Buffer, [name, length]: Hash): boolean => {
  if (bytes.length < HEADER + length || bytes.toString('latin1', 0, 4) !== 'DIRC') return false
  const end = bytes.subarray(bytes.length - length)
  return end.every((byte) => byte === 0) || end.equals(checksum(bytes, name, length))
}

const checksum = (bytes: Buffer, name: string, length: number): Buffer =>
  createHash(name)
    .update(bytes.subarray(0, bytes.length - length))
    .digest()

const parse = (
  bytes: Buffer,
  { hash, wanted }: { readonly hash: Hash; readonly wanted: ReadonlySet<string> | 'all' },
): Index | undefined => {
  const [name, length, empty] = hash
  const version = bytes.readUInt32BE(4)
  const end = bytes.length - length
  if (version < 2 || version > 4) return undefined
  const lengths = wanted === 'all' ? undefined : new Set([...wanted].map((path) => path.length))
  const path = Buffer.alloc(LONGEST_PATH)
  const entries: IndexEntry[] = []
  let pathLength = 0
  let at = HEADER
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    let next = at + NUMBERS + length + 2
    if (next + 2 > end) return undefined
    const flags = bytes.readUInt16BE(next - 2)
    const isExtended = (flags & 0x4000) !== 0
    const more = isExtended ? bytes.readUInt16BE(next) : 0
    if (isExtended) next += 2
    if (version === 4) {
      const strip = readVarint(bytes, next)
      if (strip === undefined || strip.value > pathLength) return undefined
      pathLength -= strip.value
      next = strip.end
    } else pathLength = 0
    const stop = bytes.indexOf(0, next)
    if (stop === -1 || stop >= end || pathLength + stop - next > LONGEST_PATH) return undefined
    bytes.copy(path, pathLength, next, stop)
    pathLength += stop - next
    if (lengths === undefined || lengths.has(pathLength)) {
      const text = path.toString('latin1', 0, pathLength)
      if (wanted === 'all' || wanted.has(text)) {
        const id = bytes.toString('hex', at + NUMBERS, at + NUMBERS + length)
        // Assume-unchanged and stage; skip-worktree and intent-to-add.
        const isMarked = (flags & 0xb000) !== 0 || (more & 0x6000) !== 0
        const isFile = bytes.readUInt32BE(at + MODE_AT) >>> 12 === 0o10
        const size = bytes.readUInt32BE(at + SIZE_AT)
        entries.push({ at, path: text, size, plain: isFile && !isMarked && id !== empty })
      }
    }
    // Padded to a multiple of eight, with at least one zero.
    at = version === 4 ? stop + 1 : stop + 8 - ((stop - at) % 8)
  }
  return isUnderstood(bytes, at, end) ? { hash: name, entries } : undefined
}

/** As in git's packs: seven bits a byte, and each longer number begins where the shorter ones end. */
const readVarint = (bytes: Buffer, from: number): { readonly value: number; readonly end: number } | undefined => {
  let value = 0
  for (let at = from; at < from + 4; at++) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    value = value * 128 + (byte & 0x7f)
    if ((byte & 0x80) === 0) return { value, end: at + 1 }
    value += 1
  }
  return undefined
}

/**
 * Whether nothing follows the entries that must be understood, and isn't: such extensions have a name in lower case. `sdir`
 * marks a sparse index, `link` a split one.
 */
const isUnderstood = (bytes: Buffer, from: number, end: number): boolean => {
  let at = from
  while (at + 8 <= end && /^(?:[A-Z]|sdir)/.test(bytes.toString('latin1', at, at + 4)))
    at += 8 + bytes.readUInt32BE(at + 4)
  return at === end
}

/** The bytes with these entries' numbers set to 0 but their mode. */
export const withoutNumbers = (bytes: Buffer, { hash, entries }: Index): Buffer => {
  const changed = Buffer.from(bytes)
  for (const { at } of entries) {
    changed.fill(0, at, at + MODE_AT)
    changed.fill(0, at + MODE_AT + 4, at + NUMBERS)
  }
  const length = hash === 'sha1' ? 20 : 32
  if (!bytes.subarray(-length).every((byte) => byte === 0))
    checksum(changed, hash, length).copy(changed, changed.length - length)
  return changed
}
