import { createHash } from 'node:crypto'

/** SHA-256 in hex. Contents are compared by it, never by mtime. Pure. */
export const sha256Of = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex')
