import { constants, gunzipSync } from 'node:zlib'

/**
 * Tells by its content whether a file can be the source of a VM's disk. Pure.
 *
 * Guarantees: a tar begins with a header whose checksum is right, a gzip holds such a tar, a pack ends with smolvm's footer;
 *   a name decides nothing. Caveats: what other compressions hold isn't looked at.
 */
export type ArchiveKind = 'tar' | 'gzip' | 'zstd' | 'xz' | 'bzip2' | 'pack'

/** Bytes of the beginning, and of the end, that decide. */
export const HEAD_BYTES = 8 * 1024
export const FOOTER_BYTES = 64

const BLOCK = 512

export const archiveKind = (head: Buffer, tail: Buffer): ArchiveKind | undefined => {
  if (tail.length === FOOTER_BYTES && tail.subarray(0, 8).toString('latin1') === 'SMOLPACK') return 'pack'
  if (isTar(head)) return 'tar'
  if (begins(head, [0x1f, 0x8b, 0x08])) return isTar(unpacked(head)) ? 'gzip' : undefined
  if (begins(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zstd'
  if (begins(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])) return 'xz'
  return begins(head, [0x42, 0x5a, 0x68]) && begins(head.subarray(4), [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
    ? 'bzip2'
    : undefined
}

const begins = (bytes: Buffer, magic: readonly number[]): boolean => magic.every((byte, at) => bytes[at] === byte)

/** Old tars have no magic, but all have the sum of the header's bytes, its own eight counted as spaces. */
const isTar = (bytes: Buffer): boolean => {
  if (bytes.length < BLOCK) return false
  const [, stored] = /^ *([0-7]+)[ \0]/.exec(bytes.subarray(148, 156).toString('latin1')) ?? []
  if (stored === undefined) return false
  let sum = 8 * 0x20
  for (let at = 0; at < BLOCK; at += 1) if (at < 148 || at >= 156) sum += bytes[at] ?? 0
  return sum === Number.parseInt(stored, 8)
}

/** What the beginning of a gzip holds. */
const unpacked = (head: Buffer): Buffer => {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return Buffer.alloc(0)
  }
}
