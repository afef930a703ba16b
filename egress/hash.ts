import { createHash } from 'node:crypto'
import * as canonicalizeModule from 'canonicalize'

// CommonJS: TypeScript types the default export as the module.
const canonicalize = canonicalizeModule.default as unknown as (value: unknown) => string | undefined

/** SHA-256 over the canonical JSON (RFC 8785): equal policies decide alike for the same reasons. Pure. */
export const hashOf = (value: object): string =>
  `sha256:${createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex')}`
