import * as canonicalizeModule from 'canonicalize'

// CommonJS: what TypeScript takes for the module is its default export.
const canonical = canonicalizeModule.default as unknown as (value: unknown) => string | undefined

/** RFC 8785 (JSON Canonicalization Scheme): the same text for equal content. Pure. */
export const canonicalize = (value: unknown): string => canonical(value) ?? 'null'
