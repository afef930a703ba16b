import type { Fault } from './fault.ts'
import { LIMITS } from './limits.ts'

/**
 * A file's bytes as text. Pure.
 *
 * `decodeBytes` keeps a byte order mark, so that a file is written back as it was; `decode` drops it, so that columns and
 * JSON start at the first character.
 */
export const decode = (file: string | Uint8Array): { readonly text: string; readonly fault?: Fault } => {
  if (isTooLarge(file)) {
    const message = `the file is larger than ${LIMITS.fileBytes / 1024} KiB`
    return { text: '', fault: { code: 'TooLarge', message } }
  }
  const text = typeof file === 'string' ? file : decodeBytes(file)
  if (text === undefined) return { text: '', fault: { code: 'Encoding', message: 'the file is not UTF-8' } }
  return { text: text.startsWith('\uFEFF') ? text.slice(1) : text }
}

/** undefined: not UTF-8. */
export const decodeBytes = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

export const isTooLarge = (file: string | Uint8Array): boolean =>
  (typeof file === 'string' ? sizeOf(file) : file.length) > LIMITS.fileBytes

/** UTF-8 takes three bytes a UTF-16 unit at most. */
const sizeOf = (text: string): number => (text.length * 3 <= LIMITS.fileBytes ? 0 : Buffer.byteLength(text))
