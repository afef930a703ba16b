import { createHash } from 'node:crypto'
import * as canonicalizeModule from 'canonicalize'
import type { Policy } from './policy.ts'

// CommonJS: TypeScript types the default export as the module.
const canonicalize = canonicalizeModule.default as unknown as (value: unknown) => string | undefined

/** SHA-256 over the canonical JSON (RFC 8785): equal where the policies decide alike for the same reasons. Pure. */
export const hashOf = (policy: Policy): string =>
  `sha256:${createHash('sha256')
    .update(canonicalize(policy) ?? '')
    .digest('hex')}`
