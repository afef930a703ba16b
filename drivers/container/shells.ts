/**
 * Which shell agents of an image run by, once it was looked up: an image never changes under its id, and the look mounts the whole of a
 * container (recorded: 80 ms). In memory. Pure.
 */
export interface Shells {
  of(key: string): readonly string[] | undefined
  note(key: string, shell: readonly string[]): void
}

/** What is mounted may lie over the image's own. */
export const shellKey = (imageId: string, mountedAt: string | undefined): string => `${imageId} ${mountedAt ?? ''}`

const MOST = 256

export const createShells = (): Shells => {
  const known = new Map<string, readonly string[]>()
  return {
    of: (key) => known.get(key),
    note: (key, shell) => {
      const [oldest] = known.keys()
      if (known.size >= MOST && oldest !== undefined) known.delete(oldest)
      known.set(key, shell)
    },
  }
}
