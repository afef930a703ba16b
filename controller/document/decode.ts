import type { Problem } from './source-text.ts'
import { LIMITS } from './raw-document.ts'

/** A file's bytes as text, without a byte order mark; or why there is none. Pure. */
export const decode = (given: string | Uint8Array): { readonly text: string; readonly problem?: Problem } => {
  const bytes =
    typeof given === 'string' ? (given.length * 3 <= LIMITS.fileBytes ? 0 : Buffer.byteLength(given)) : given.length
  if (bytes > LIMITS.fileBytes) {
    return {
      text: '',
      problem: { code: 'TooLarge', message: `the file is larger than ${LIMITS.fileBytes / 1024} KiB` },
    }
  }
  if (typeof given === 'string') return { text: given.startsWith('\uFEFF') ? given.slice(1) : given }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(given) }
  } catch {
    return { text: '', problem: { code: 'Encoding', message: 'the file is not UTF-8' } }
  }
}
