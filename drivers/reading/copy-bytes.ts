import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { Refusal } from './refusal.ts'

/**
 * Hashes a file, and copies it if asked to, by one descriptor.
 *
 * Guarantees: never reads more than the size that was checked; what is zero becomes a hole, so that a sparse file takes no
 *   more room than it did; a file that changes meanwhile is refused. The target must be new.
 */
export interface Care {
  readonly signal: AbortSignal
  /** Called as bytes move. */
  readonly alive: () => void
}

const PIECE = 1024 * 1024
/** The smallest hole. */
const GRAIN = 64 * 1024
const ZEROS = Buffer.alloc(GRAIN)

export const copyBytes = async (
  { file, stat, into }: { readonly file: FileHandle; readonly stat: BigIntStats; readonly into?: FileHandle },
  { signal, alive }: Care,
): Promise<string> => {
  const hash = createHash('sha256')
  const size = Number(stat.size)
  const room = Buffer.allocUnsafe(PIECE)
  for (let at = 0; at < size;) {
    signal.throwIfAborted()
    const { bytesRead } = await file.read(room, 0, Math.min(PIECE, size - at), at)
    if (bytesRead === 0) throw changed()
    const piece = room.subarray(0, bytesRead)
    hash.update(piece)
    if (into !== undefined) await writeAround(into, piece, at)
    at += bytesRead
    alive()
  }
  await into?.truncate(size)
  const now = await file.stat({ bigint: true })
  if (now.size !== stat.size || now.mtimeNs !== stat.mtimeNs || now.ctimeNs !== stat.ctimeNs) throw changed()
  return hash.digest('hex')
}

const changed = (): Refusal => new Refusal('Busy', 'it changes while it is read')

const writeAround = async (into: FileHandle, piece: Buffer, at: number): Promise<void> => {
  for (let from = 0; from < piece.length; from += GRAIN) {
    const grain = piece.subarray(from, from + GRAIN)
    if (grain.equals(ZEROS.subarray(0, grain.length))) continue
    for (let done = 0; done < grain.length;)
      done += (await into.write(grain, done, grain.length - done, at + from + done)).bytesWritten
  }
}
