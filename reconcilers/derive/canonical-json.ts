import * as canonicalizeModule from 'canonicalize'

// CommonJS: TypeScript types the default export as the module.
const canonical = canonicalizeModule.default as unknown as (value: unknown) => string | undefined

/** RFC 8785 (JSON Canonicalization Scheme): the same text for equal content. Pure. */
export const canonicalize = (value: unknown): string => canonical(value) ?? 'null'
