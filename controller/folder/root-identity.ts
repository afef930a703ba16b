import { realpath, stat } from 'node:fs/promises'
import { errnoOf, messageOf } from '../../drivers/errno.ts'

/**
 * The root, known by what it is: a path may lead to something else at any time.
 *
 * Guarantees: a folder that was moved, removed, unmounted or replaced is unknown, never empty, until it is back or accepted.
 *   A root behind a symbolic link is followed when the link is turned to another folder.
 * Assumptions: device, inode and time of birth name a folder while this process runs: the number of a removed folder is given
 *   to the next one at once. An open descriptor would do, too, but nobody could unmount its file system.
 */
export interface Root {
  readonly path: string
  /** The real path, while the root is the one that was looked at first. */
  look(): Promise<
    { readonly kind: 'known'; readonly real: string } | { readonly kind: 'unknown'; readonly why: string }
  >
  /** A person said that what stands there now is the root. True if it wasn't known to be. */
  accept(): Promise<boolean>
}

interface Identity {
  readonly real: string
  /** `device:inode`. */
  readonly id: string
  /** Nanoseconds since 1970. */
  readonly born: bigint
  /** False where it may be the time of the last change, which Node gives without statx. */
  readonly isBirth: boolean
}

export const createRoot = (path: string): Root => {
  let known: Identity | undefined

  return {
    path,
    look: async () => {
      const now = await identify(path).catch((error: unknown) => whyNot(path, error))
      if (typeof now === 'string') return { kind: 'unknown', why: now }
      const isTurned = known !== undefined && now.real !== path && now.real !== known.real
      if (known !== undefined && !isSame(known, now) && !isTurned)
        return { kind: 'unknown', why: `${path} is not the folder that it was: another one has taken its place` }
      known = now
      return { kind: 'known', real: now.real }
    },
    accept: async () => {
      const now = await identify(path)
      const isOther = known === undefined || !isSame(known, now)
      known = now
      return isOther
    },
  }
}

const identify = async (path: string): Promise<Identity> => {
  const real = await realpath(path)
  const found = await stat(real, { bigint: true })
  if (!found.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
  const { dev, ino, birthtimeNs: born, ctimeNs } = found
  return { real, id: `${dev}:${ino}`, born, isBirth: born !== ctimeNs }
}

const isSame = (a: Identity, b: Identity): boolean => a.id === b.id && (a.born === b.born || !(a.isBirth || b.isBirth))

const whyNot = (path: string, error: unknown): string => {
  if (errnoOf(error) === 'ENOENT') return `${path} is missing`
  return errnoOf(error) === 'ENOTDIR' ? `${path} is not a folder` : `cannot read ${path}: ${messageOf(error)}`
}
