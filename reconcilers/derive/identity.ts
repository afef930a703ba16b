import { isIdentity } from '../../schemas/identity.ts'

/** `spec.identity`, else the name; undefined if that is not an identity. */
export const identityOf = (bottle: {
  readonly metadata: { readonly name: string }
  readonly spec: { readonly identity?: string | undefined }
}): string | undefined => {
  const identity = bottle.spec.identity ?? bottle.metadata.name
  return isIdentity(identity) ? identity : undefined
}
