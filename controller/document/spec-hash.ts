import { canonicalize } from '../../reconcilers/derive/canonical-json.ts'
import { sha256Of } from '../../drivers/content-hash.ts'

/** SHA-256 of a spec's canonical JSON (RFC 8785): equal for equal content, whatever the order and layout. Pure. */
export const specHash = (spec: unknown): string => {
  if (typeof spec !== 'object' || spec === null) return hashOf(spec)
  const known = hashes.get(spec)
  if (known !== undefined) return known
  const hash = hashOf(spec)
  hashes.set(spec, hash)
  return hash
}

/** Of a document's spec, valid or not. */
export const hashOfDocument = (document: {
  readonly bottle: { readonly spec: unknown } | undefined
  readonly badHash?: string | undefined
}): string | undefined => (document.bottle === undefined ? document.badHash : specHash(document.bottle.spec))

/** Each pass asks for the hash of the same parsed spec, which never changes. */
const hashes = new WeakMap<object, string>()

const hashOf = (spec: unknown): string => `sha256:${sha256Of(canonicalize(spec))}`
