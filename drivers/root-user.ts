/**
 * Whether a container's `User` means uid 0, in every spelling that Docker takes for it: it reads a number as Go's `Atoi` does,
 * and no name as root. Pure.
 *
 * Caveats: another name may mean uid 0, too: the image says so.
 */
export const isRootUser = (user: string): boolean => /^\s*(root|[+-]?0+)?\s*(:|$)/.test(user)
