/** API §1.1: what everything owned derives its name from. */
const SLUG = /^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/

/** smolvm refuses `--` in machine names, so a slug has none. */
export const isIdentity = (text: string): boolean => SLUG.test(text) && !text.includes('--')

/** `spec.identity`, else the name; undefined where neither is a slug. */
export const identityOf = (bottle: {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly identity?: string | undefined }
}): string | undefined => {
  const identity = bottle.spec.identity ?? bottle.metadata.name
  return isIdentity(identity) ? identity : undefined
}
