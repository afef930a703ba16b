import { DriverError } from '../errors.ts'

/** Image references as the Engine's HTTP API wants them. Pure. */

export interface ReferenceParts {
  readonly repository: string
  /** A tag or a digest; without it the Engine pulls every tag. */
  readonly tag: string
}

export const splitReference = (reference: string): ReferenceParts => {
  const at = reference.lastIndexOf('@')
  if (at > 0) {
    // With a digest a tag beside it means nothing.
    const { repository } = splitTag(reference.slice(0, at))
    return { repository, tag: reference.slice(at + 1) }
  }
  return splitTag(reference)
}

const splitTag = (reference: string): ReferenceParts => {
  const colon = reference.lastIndexOf(':')
  if (colon > reference.lastIndexOf('/'))
    return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) }
  return { repository: reference, tag: 'latest' }
}

/** An id, or the beginning of one: it has no tag. */
const ID = /^[0-9a-f]{12,64}$/

/** With the tag that a reference without one means; the Engine would save every tag there is. */
const withTag = (reference: string): string => {
  if (reference === '' || ID.test(reference) || reference.includes('@')) return reference
  const { repository, tag } = splitReference(reference)
  return `${repository}:${tag}`
}

/** `/images/<reference>/<what>`. Slashes stay as they are, which the Engine expects; all else is escaped. */
export const imagePath = (asked: string, what: string): string => {
  const reference = withTag(asked)
  const segments = reference.split('/')
  if (reference === '' || segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new DriverError({
      code: 'InvalidRequest',
      operation: `look for image ${asked}`,
      detail: 'invalid reference format',
    })
  }
  return `/images/${segments.map((segment) => encodeURIComponent(segment).replace(/%3A/gi, ':').replace(/%40/g, '@')).join('/')}/${what}`
}
