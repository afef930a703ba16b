/** Bounds on what is read, whatever the bytes are. */
export const LIMITS = {
  fileBytes: 256 * 1024,
  documentBytes: 64 * 1024,
  /** `---` and `...` lines count. */
  documents: 1_000,
  aliases: 100,
  depth: 32,
  complaints: 20,
} as const
