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

/** `/images/<reference>/<what>`. Slashes stay as they are, which the Engine expects; all else is escaped. */
export const imagePath = (reference: string, what: string): string => {
  const segments = reference.split('/')
  if (reference === '' || segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    throw new DriverError({
      code: 'InvalidRequest',
      operation: `look for image ${reference}`,
      detail: 'invalid reference format',
    })
  }
  return `/images/${segments.map((segment) => encodeURIComponent(segment).replace(/%3A/gi, ':').replace(/%40/g, '@')).join('/')}/${what}`
}
