/** The image of `bottled bundle build`. Pure. */

/** Whoever owns this name in a registry is not us: it only ever comes from this machine. */
const REPOSITORY = 'bottled/bundle'

export const ownBundle = (version: string): string => `${REPOSITORY}:${version}`

/** Whether a reference, in any spelling that Docker takes, names it. */
export const isOwnBundle = (reference: string): boolean =>
  /^(?:(?:(?:index\.|registry-1\.)?docker\.io|registry\.hub\.docker\.com)\/)?bottled\/bundle(?:[:@].*)?$/.test(
    reference,
  )
