import { createRequire } from 'node:module'

/** RFC 8785 (JSON Canonicalization Scheme). The package is CommonJS with an ESM-style default, hence the require. */
const canonical = createRequire(import.meta.url)('canonicalize') as (value: unknown) => string | undefined

export const canonicalize = (value: unknown): string => canonical(value) ?? 'null'
