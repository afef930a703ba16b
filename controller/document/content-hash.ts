import { createHash } from 'node:crypto'

/** SHA-256 in hex: what a file's content is known by, never its mtime. Pure. */
export const sha256Of = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex')
